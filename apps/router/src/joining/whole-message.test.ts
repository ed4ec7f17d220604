// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import type { Message, MessageBody } from '@sendium/message';
import { encodeCharset, type Charset } from '@sendium/text';
import fc from 'fast-check';
import { clientParts, inPieces, type CutSample } from './client-parts.fixture.ts';
import { wholeMessageOf, type PartReader } from './whole-message.ts';

const accountWith = (
  defaultAlphabet: 'gsm7' | 'latin1' | 'utf8',
  languages: PartReader['languages'] = [],
): PartReader => {
  const smpp = { defaultAlphabet } as NonNullable<PartReader['smpp']>;
  return { languages, smpp };
};

const joined = (sample: CutSample, account = accountWith('gsm7')): Message | undefined =>
  wholeMessageOf(clientParts(sample), account);
const bodyOf = (sample: CutSample, account?: PartReader): MessageBody | undefined =>
  joined(sample, account)?.body;
const inCharset = (text: string, charset: Charset, size: number) =>
  inPieces(encodeCharset(text, charset), size);

test('the message is that of the first part, without what joined the parts, and asks for what any part asks', () => {
  const data = inCharset('Hello [world]', 'gsm7', 5);
  const parts = clientParts({ data, reference: 7, mark: 'sar' }).map((part, index) => ({
    ...part,
    registeredDelivery: [0x00, 0x02, 0x13][index] ?? 0,
    ...(index === 1 ? { clientMessageId: '0000beef' } : {}),
  }));
  expect(wholeMessageOf(parts, accountWith('gsm7'))).toEqual({
    ...parts[0],
    body: { kind: 'text', text: 'Hello [world]', encoding: 'auto', flash: false },
    ...{ encoding: 'gsm7', segments: 1, maxSegments: 10 },
    ...{ registeredDelivery: 0x11, deliveryReport: 'all' },
    smpp: { ...parts[0]?.smpp, tlvs: [{ tag: 0x1400, value: Buffer.of(1) }], join: false },
    clientParts: [
      { id: parts[0]?.id, registeredDelivery: 0x00, session: 'client-1' },
      { id: '0000beef', registeredDelivery: 0x02, session: 'client-1' },
      { id: parts[2]?.id, registeredDelivery: 0x13, session: 'client-1' },
    ],
  });
});

const encodings = fc.constantFrom(
  { charset: 'gsm7', dataCoding: 0, alphabet: 'gsm7', asked: 'auto' } as const,
  { charset: 'gsm7', dataCoding: 0xf0, alphabet: 'latin1', asked: 'auto' } as const,
  { charset: 'latin1', dataCoding: 3, alphabet: 'gsm7', asked: 'latin1' } as const,
  { charset: 'latin1', dataCoding: 0, alphabet: 'latin1', asked: 'auto' } as const,
  { charset: 'utf8', dataCoding: 0, alphabet: 'utf8', asked: 'auto' } as const,
  { charset: 'ucs2', dataCoding: 8, alphabet: 'gsm7', asked: 'ucs2' } as const,
);
const letters = {
  gsm7: Array.from('abc €{}[]~@£Ω'),
  latin1: Array.from('abc ÄÖÜßéñ¿'),
  utf8: Array.from('aé€😀漢'),
  ucs2: Array.from('aé€😀漢'),
};

test('wherever a client has cut a text, and however it marks the parts, the whole text is there again', () => {
  const property = fc.property(
    encodings,
    fc.array(fc.nat(1000), { minLength: 4, maxLength: 200 }),
    fc.integer({ min: 1, max: 60 }),
    fc.constantFrom('udh8', 'udh16', 'sar'),
    ({ charset, dataCoding, alphabet, asked }, picks, size, mark) => {
      const choices = letters[charset];
      const text = picks.map((pick) => choices[pick % choices.length] ?? '').join('');
      const data = inCharset(text, charset, size);
      fc.pre(data.length >= 2 && data.length <= 255);
      const body = bodyOf({ data, reference: 7, mark, dataCoding }, accountWith(alphabet));
      expect(body).toMatchObject({ kind: 'text', text, encoding: asked });
    },
  );
  fc.assert(property, { numRuns: 500 });
});

test('parts that were read as texts of their own are joined with those that could not be', () => {
  const text = '123456789€';
  const [first, second] = clientParts({
    data: inCharset(text, 'gsm7', 10),
    reference: 7,
    mark: 'sar',
  });
  // What follows the escape is a letter by itself.
  const parts = [
    first,
    { ...second, body: { kind: 'text', text: 'e', encoding: 'auto', flash: false } },
  ] as const;
  const whole = wholeMessageOf(parts as readonly Message[], accountWith('gsm7'));
  expect(whole?.body).toMatchObject({ text });
});

test('tables of a national language are read, and allowed for the whole', () => {
  const elements = Buffer.of(0x24, 1, 1, 0x25, 1, 1);
  // In the Turkish locking table 0x04 is the euro sign; ESC s is s with a cedilla.
  const data = [Buffer.of(0x04, 0x1b), Buffer.of(0x73, 0x61)];
  expect(bodyOf({ data, reference: 7, elements })).toEqual({
    ...{ kind: 'text', text: '€şa', encoding: 'auto', flash: false },
    languages: ['turkish'],
  });
});

test('flash stays flash', () => {
  const data = inCharset('Look here', 'gsm7', 5);
  expect(bodyOf({ data, reference: 7, dataCoding: 0x10 })).toMatchObject({ flash: true });
});

test('binary is joined with its ports, and is binary', () => {
  const elements = Buffer.of(5, 4, 0x0b, 0x84, 0x23, 0xf0);
  const data = [Buffer.of(1, 2, 3), Buffer.of(0xff)];
  expect(bodyOf({ data, reference: 7, elements, dataCoding: 4 })).toEqual({
    ...{ kind: 'binary', data: Buffer.of(1, 2, 3, 0xff), dataCoding: 4, protocolId: 0 },
    udh: Buffer.concat([Buffer.of(6), elements]),
  });
});

test.each<[string, Partial<CutSample>]>([
  ['text to a port', { elements: Buffer.of(5, 4, 0x0b, 0x84, 0x23, 0xf0) }],
  ['tables of a language that we do not have', { elements: Buffer.of(0x25, 1, 6) }],
  ['a message class that is not flash', { dataCoding: 0x12 }],
  ['a waiting indication', { dataCoding: 0xd8 }],
  ['half a character', { dataCoding: 8, data: [Buffer.of(0xd8, 0x3d), Buffer.of(0, 0x41)] }],
])('%s is not joined', (_, over) => {
  const data = inCharset('Hello', 'gsm7', 3);
  expect(joined({ data, reference: 7, ...over })).toBeUndefined();
});

test('parts of two data codings are not joined', () => {
  const sample = { data: inCharset('Hello', 'gsm7', 3), reference: 7 };
  const [first, second] = [clientParts(sample)[0], clientParts({ ...sample, dataCoding: 8 })[1]];
  expect(
    wholeMessageOf([first, second] as readonly Message[], accountWith('gsm7')),
  ).toBeUndefined();
});

test('a message of many parts may have as many as its client sent, whatever its account may', () => {
  const data = inCharset('a'.repeat(153 * 12), 'gsm7', 153);
  expect(joined({ data, reference: 7 })).toMatchObject({ segments: 12, maxSegments: 12 });
});
