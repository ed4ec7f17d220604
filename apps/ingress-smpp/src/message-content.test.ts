// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from '@jest/globals';
import type { MessageBody } from '@sendium/message';
import { readContent, type Content, type GivenContent } from './message-content.ts';

const plain: GivenContent = {
  octets: Buffer.from('Hello'),
  ...{ hasHeader: false, dataCoding: 0, protocolId: 0 },
  ...{ alphabet: 'gsm7', languages: [], elements: [] },
};

function read(over: Partial<GivenContent>): Content {
  const result = readContent({ ...plain, ...over });
  if (result.kind === 'rejected') throw new Error(result.code);
  return result.value;
}

const summary = ({ body, segments }: Content) =>
  body.kind === 'text'
    ? `${body.encoding}${body.flash ? ' flash' : ''} ${body.text} ${segments}`
    : `binary ${Buffer.from(body.data).toString('hex')} ${segments}`;

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const ucs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('data_coding, the whole octet', () => {
  test.each<[number, Buffer, string]>([
    [0x00, hex('48001b65'), 'auto H@€ 1'],
    [0x01, hex('4040'), 'binary 4040 1'],
    [0x03, Buffer.from('ça', 'latin1'), 'latin1 ça 1'],
    [0x04, hex('0102'), 'binary 0102 1'],
    [0x08, ucs2('Žluť'), 'ucs2 Žluť 1'],
    [0x08, hex('004100'), 'binary 004100 1'],
    [0x08, ucs2('e\u0301'), 'binary 00650301 1'],
    [0x10, hex('00'), 'auto flash @ 1'],
    [0x11, hex('00'), 'binary 00 1'],
    [0x18, ucs2('Ž'), 'ucs2 flash Ž 1'],
    [0x1a, ucs2('Ž'), 'binary 017d 1'],
    [0xc0, hex('00'), 'binary 00 1'],
    [0xc8, hex('00'), 'binary 00 1'],
    [0xd8, hex('00'), 'binary 00 1'],
    [0xe8, ucs2('Ž'), 'binary 017d 1'],
    [0xf0, hex('00'), 'auto flash @ 1'],
    [0xf1, hex('00'), 'binary 00 1'],
    [0xf5, hex('00'), 'binary 00 1'],
  ])('0x%s', (dataCoding, octets, expected) => {
    expect(summary(read({ dataCoding, octets }))).toBe(expected);
  });

  test('septets of a waiting indication or a class are counted as septets', () => {
    for (const dataCoding of [0xc8, 0xd0, 0xf1, 0x11]) {
      expect(read({ dataCoding, octets: Buffer.alloc(160, 'a') }).segments).toBe(1);
      expect(read({ dataCoding, octets: Buffer.alloc(161, 'a') }).segments).toBe(2);
    }
  });
});

describe('an account whose data_coding 0 is not GSM-7', () => {
  test.each<[GivenContent['alphabet'], Buffer, string]>([
    ['latin1', Buffer.from('Grüße', 'latin1'), 'auto Grüße 1'],
    ['latin1', Buffer.from('ça', 'latin1'), 'auto ça 1'],
    ['utf8', Buffer.from('Да'), 'auto Да 1'],
    ['ascii', Buffer.from('Hi'), 'auto Hi 1'],
    ['ascii', Buffer.from('ü', 'latin1'), 'auto ü 1'],
    ['utf8', hex('ff41'), 'binary ff41 1'],
    ['latin1', Buffer.alloc(200, 'a'), `auto ${'a'.repeat(200)} 2`],
  ])('%s', (alphabet, octets, expected) => {
    const content = read({ alphabet, octets });
    expect(summary(content)).toBe(expected);
    expect(content.body).toMatchObject({ alphabet });
  });

  test('is given the tables that it may use', () => {
    const given = { alphabet: 'utf8', octets: Buffer.from('Şifre') } as const;
    expect(read(given).encoding).toBe('ucs2');
    const turkish = read({ ...given, languages: ['turkish'] });
    expect(turkish).toMatchObject({ encoding: 'gsm7', body: { languages: ['turkish'] } });
  });
});

test('what is no exact text is carried as it came, and says what its sender takes it for', () => {
  const body: MessageBody = read({ octets: hex('1b41') }).body;
  expect(body).toMatchObject({ kind: 'binary', data: hex('1b41'), alphabet: 'gsm7' });
});

test('a text of one part keeps its octets, up to 160 septets; a longer one is split as text', () => {
  const odd = Buffer.concat([Buffer.alloc(158, 'a'), hex('1b41')]);
  expect(read({ octets: odd }).body.kind).toBe('binary');
  const longer = read({ octets: Buffer.concat([odd, Buffer.from('b')]) });
  expect(summary(longer)).toBe(`auto ${'a'.repeat(158)}Ab 1`);
});

test('an empty text is a text', () => {
  expect(summary(read({ octets: Buffer.alloc(0) }))).toBe('auto  1');
});

describe('a header', () => {
  const withHeader = (header: string, data: Buffer, dataCoding = 0) =>
    readContent({
      ...{ ...plain, dataCoding, hasHeader: true },
      octets: Buffer.concat([hex(header), data]),
    });

  test('longer than the octets is refused', () => {
    for (const octets of ['', '05000309']) {
      expect(withHeader(octets, Buffer.alloc(0))).toEqual({
        ...{ kind: 'rejected', code: 'header_invalid' },
      });
    }
  });

  test('of a part keeps its octets together; too many are refused', () => {
    const part = '050003090201';
    expect(withHeader(part, Buffer.alloc(153, 'a'))).toMatchObject({ value: { segments: 1 } });
    expect(withHeader(part, Buffer.alloc(154, 'a'))).toMatchObject({ code: 'payload_too_large' });
    expect(withHeader(part, Buffer.alloc(135), 8)).toMatchObject({ code: 'payload_too_large' });
  });

  test('of ports is repeated in each part', () => {
    const ports = '06050423f523f4';
    expect(withHeader(ports, Buffer.alloc(300), 4)).toMatchObject({ value: { segments: 3 } });
  });
});
