// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from '@jest/globals';
import type { MessageBody, RequestedEncoding, SmppFields } from '@sendium/message';
import { decodeUserData, joinParts, parseUdh, partOfElements, portsOf } from '@sendium/text';
import fc from 'fast-check';
import {
  planSubmission,
  type CarryingRules,
  type PlannedSubmission,
  type SubmittedMessage,
} from './index.ts';

const gsm7: CarryingRules = { longMessage: 'udh8', defaultAlphabet: 'gsm7', hasTlvs: true };

type Text = MessageBody & { readonly kind: 'text' };
type Octets = MessageBody & { readonly kind: 'binary' };

const text = (content: string, over: Partial<Text> = {}): Text => ({
  ...{ kind: 'text', text: content, encoding: 'auto', flash: false },
  ...over,
});
const octets = (hex: string, over: Partial<Octets> = {}): Octets => ({
  ...{ kind: 'binary', data: Buffer.from(hex, 'hex'), udh: Buffer.alloc(0) },
  ...{ dataCoding: 0, protocolId: 0 },
  ...over,
});
const smpp = (...tlvs: readonly (readonly [number, string])[]): SmppFields => ({
  ...{ serviceType: '', esmClass: 0, protocolId: 0, priorityFlag: 0, dataCoding: 0 },
  source: { ton: 5, npi: 0, value: 'ACME' },
  destination: { ton: 1, npi: 1, value: '447700900123' },
  tlvs: tlvs.map(([tag, hex]) => ({ tag, value: Buffer.from(hex, 'hex') })),
});
const sar = smpp([0x020c, '1234'], [0x020e, '03'], [0x020f, '02']);

const plan = (
  body: MessageBody,
  rules: Partial<CarryingRules> = {},
  over: Partial<SubmittedMessage> = {},
) => planSubmission({ body, maxSegments: 255, ...over }, { ...gsm7, ...rules }, () => 0x1234);

function planned(...given: Parameters<typeof plan>): PlannedSubmission {
  const made = plan(...given);
  if (made.kind === 'unfit') throw new Error(made.reason);
  return made;
}

const hexOf = ({ parts }: PlannedSubmission) => parts.map((part) => part.octets.toString('hex'));

test('the reference is asked for once, of so many bits, and only where there are several parts', () => {
  const asked: number[] = [];
  const ask = (content: string, rules: Partial<CarryingRules>) =>
    planSubmission({ body: text(content), maxSegments: 255 }, { ...gsm7, ...rules }, (bits) => {
      asked.push(bits);
      return 7;
    });
  ask('short', {});
  ask('x'.repeat(161), { longMessage: 'payload' });
  expect(asked).toEqual([]);
  ask('x'.repeat(400), {});
  ask('x'.repeat(400), { longMessage: 'udh16' });
  ask('x'.repeat(400), { longMessage: 'sar' });
  expect(asked).toEqual([8, 16, 16]);
});

describe('an encoding', () => {
  test.each<[RequestedEncoding, CarryingRules['defaultAlphabet'], string, string]>([
    ['auto', 'ascii', 'Hello', 'gsm7 0'],
    ['auto', 'ascii', 'Grüße', 'latin1 3'],
    ['auto', 'ascii', '€5', 'ucs2 8'],
    ['gsm7', 'ascii', 'Hello', 'gsm7 0'],
    ['gsm7', 'ascii', 'Grüße', 'not_encodable'],
    ['gsm7', 'latin1', '€5', 'not_encodable'],
    ['gsm7', 'utf8', '€5', 'gsm7 0'],
    ['gsm7', 'gsm7', 'Žluť', 'not_encodable'],
    ['latin1', 'ascii', 'Grüße', 'latin1 3'],
    ['ucs2', 'ascii', 'Hello', 'ucs2 8'],
  ])('%s to a carrier with %s: %s is %s', (encoding, defaultAlphabet, content, expected) => {
    const made = plan(text(content, { encoding }), { defaultAlphabet });
    expect(made.kind === 'unfit' ? made.reason : `${made.encoding} ${made.dataCoding}`).toBe(
      expected,
    );
  });

  test('asked for is the one that is used, or none', () => {
    const alphabets = ['gsm7', 'gsm7_packed', 'latin1', 'ascii', 'utf8'] as const;
    const property = fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.constantFrom('gsm7', 'ucs2', 'latin1'),
      fc.constantFrom(...alphabets),
      fc.boolean(),
      (content, encoding, defaultAlphabet, flash) => {
        const made = plan(text(content, { encoding, flash }), { defaultAlphabet });
        expect(made.kind === 'unfit' || made.encoding === encoding).toBe(true);
      },
    );
    fc.assert(property);
  });
});

test('whatever the settings, what is on the wire reads as the text, and every PDU can carry it', () => {
  const settings = fc.record({
    longMessage: fc.constantFrom('udh8', 'udh16', 'sar', 'payload'),
    defaultAlphabet: fc.constantFrom('gsm7', 'gsm7_packed', 'latin1', 'ascii', 'utf8'),
  });
  // A carriage return at the very end may be padding of packed septets.
  const unit = fc.constantFrom(...Array.from('aé€|[ΩŞçı日𝕏'), '👨‍👩‍👧', 'e\u0301', 'hello world ');
  const property = fc.property(
    fc.string({ unit, maxLength: 400 }),
    settings,
    fc.subarray(['turkish', 'spanish', 'portuguese'] as const),
    (content, rules, languages) => {
      const { parts, dataCoding } = planned(text(content, { languages }), rules);
      const received = parts.map((part, index) => {
        expect(part.isPayload || part.octets.length <= 254).toBe(true);
        const hasHeader = part.headerOctets > 0;
        return { number: index + 1, octets: part.octets, hasHeader, dataCoding };
      });
      expect(joinParts(received, parts.length, rules)).toMatchObject({
        ...{ kind: 'text', text: content.normalize('NFC') },
      });
      expect(parts.map((part) => part.text).join('')).toBe(content.normalize('NFC'));
    },
  );
  fc.assert(property);
});

test('national tables are used where they are allowed and the carrier has GSM-7', () => {
  const body = text('Şifreniz: ığŞ', { languages: ['turkish'] });
  expect(planned(body)).toMatchObject({ encoding: 'gsm7', dataCoding: 0 });
  expect(planned(body).parts[0]?.headerOctets).toBeGreaterThan(0);
  expect(planned(body, { defaultAlphabet: 'gsm7_packed' })).toMatchObject({ encoding: 'gsm7' });
  expect(planned(body, { defaultAlphabet: 'latin1' })).toMatchObject({ encoding: 'ucs2' });
  expect(planned(text('Şifreniz: ığŞ'))).toMatchObject({ encoding: 'ucs2' });
});

test('more parts than the sender allows are none', () => {
  const made = plan(text('x'.repeat(400)), {}, { maxSegments: 2 });
  expect(made).toEqual({ kind: 'unfit', reason: 'too_many_segments' });
  const binary = plan(octets('ab'.repeat(400), { dataCoding: 4 }), {}, { maxSegments: 2 });
  expect(binary).toEqual({ kind: 'unfit', reason: 'too_many_segments' });
});

describe('a part that its sender cut', () => {
  const udh = Buffer.from('050003090301', 'hex');

  test('goes out as it came, in its header or in its TLVs, whatever the connector does with long texts', () => {
    for (const longMessage of ['udh8', 'udh16', 'sar', 'payload'] as const) {
      const own = octets('61'.repeat(153), { udh, alphabet: 'gsm7' });
      expect(hexOf(planned(own, { longMessage }))).toEqual([
        udh.toString('hex') + '61'.repeat(153),
      ]);
      const byTlvs = planned(text('a'.repeat(160)), { longMessage }, { smpp: sar });
      expect(hexOf(byTlvs)).toEqual(['61'.repeat(160)]);
      expect(byTlvs.replacedTags).toEqual([]);
      expect(byTlvs.parts[0]?.sar).toBeUndefined();
    }
  });

  test('is told by a header to a carrier without TLVs', () => {
    const made = planned(text('a'), { hasTlvs: false }, { smpp: sar });
    expect(hexOf(made)).toEqual(['06080412340302' + '61']);
    expect(made.replacedTags).toEqual([0x020c, 0x020e, 0x020f]);
    expect(plan(text('a'.repeat(160)), { hasTlvs: false }, { smpp: sar })).toEqual({
      ...{ kind: 'unfit', reason: 'not_divisible' },
    });
    const binary = planned(octets('0102', { dataCoding: 4 }), { hasTlvs: false }, { smpp: sar });
    expect(hexOf(binary)).toEqual(['060804123403020102']);
  });

  test('is never cut again, also not where its text takes more room at this carrier', () => {
    const latin1 = { defaultAlphabet: 'latin1' } as const;
    const made = plan(text('Ω'.repeat(150)), latin1, { smpp: sar });
    expect(made).toEqual({ kind: 'unfit', reason: 'not_divisible' });
    const payload = plan(
      text('Ω'.repeat(150)),
      { ...latin1, longMessage: 'payload' },
      { smpp: sar },
    );
    expect(payload).toEqual({ kind: 'unfit', reason: 'not_divisible' });
  });

  test('uses no national tables beside its TLVs: they would need a header', () => {
    const body = text('ş', { languages: ['turkish'] });
    expect(planned(body, {}, { smpp: sar })).toMatchObject({ encoding: 'ucs2' });
  });
});

describe('octets under data_coding 0', () => {
  const udh = Buffer.from('050003090301', 'hex');
  const part = (hex: string, alphabet?: Octets['alphabet'], dataCoding = 0): Octets =>
    octets(hex, { udh, dataCoding, ...(alphabet === undefined ? {} : { alphabet }) });
  const head = udh.toString('hex');

  test.each<[string, Octets, CarryingRules['defaultAlphabet'], string, number]>([
    ['the same alphabet', part('e7', 'latin1'), 'latin1', 'e7', 0],
    ['septets for packed ones', part('61'.repeat(8), 'gsm7'), 'gsm7_packed', 'c2e170381c0e871b', 0],
    ['an escape pair that means nothing, packed', part('1b41', 'gsm7'), 'gsm7_packed', '3641', 0],
    ['a class of GSM-7, packed', part('61', 'gsm7', 0xf1), 'gsm7_packed', 'c2', 0xf1],
    ['a class of GSM-7, else as it came', part('00', 'gsm7', 0xf1), 'latin1', '00', 0xf1],
    ['GSM-7 in Latin-1', part('0041', 'gsm7'), 'latin1', '4041', 0],
    ['Latin-1 in GSM-7', part('40', 'latin1'), 'gsm7', '00', 0],
    ['what the carrier lacks, in UCS-2', part('1b65', 'gsm7'), 'latin1', '20ac', 8],
    ['what is no text', part('80', 'gsm7'), 'latin1', '80', 0],
    ['what is not UTF-8', part('ff', 'utf8'), 'gsm7', 'ff', 0],
    ['an alphabet nobody named', part('00'), 'latin1', '00', 0],
    ['binary', part('0000', 'latin1', 4), 'gsm7', '0000', 4],
  ])('%s', (_, body, defaultAlphabet, expected, dataCoding) => {
    const made = planned(body, { defaultAlphabet });
    expect([hexOf(made), made.dataCoding]).toEqual([[head + expected], dataCoding]);
  });

  test('are not sent where the carrier lacks a character and UCS-2 takes too much room', () => {
    const body = part('15'.repeat(100), 'gsm7');
    expect(plan(body, { defaultAlphabet: 'latin1' })).toEqual({
      ...{ kind: 'unfit', reason: 'not_encodable' },
    });
  });

  test('read the same at the carrier as their sender meant them', () => {
    const property = fc.property(
      fc.string({ unit: fc.constantFrom(...Array.from('aZ@$é_')), minLength: 1, maxLength: 60 }),
      fc.constantFrom('gsm7', 'gsm7_packed', 'latin1', 'utf8'),
      (content, defaultAlphabet) => {
        const body = part(Buffer.from(content, 'latin1').toString('hex'), 'latin1');
        const made = planned(body, { defaultAlphabet });
        const [first] = made.parts;
        const userData = { octets: first!.octets, hasHeader: true, dataCoding: made.dataCoding };
        expect(decodeUserData(userData, { defaultAlphabet })).toMatchObject({ text: content });
      },
    );
    fc.assert(property);
  });
});

describe('a text that its sender gave under data_coding 0', () => {
  test.each<[string, Text['alphabet'], CarryingRules['defaultAlphabet'], string, number]>([
    ['ça', 'latin1', 'latin1', 'e761', 0],
    ['ça', 'latin1', 'gsm7', '00e70061', 8],
    ['ça', 'latin1', 'ascii', '00e70061', 8],
    ['éa', 'latin1', 'gsm7', '0561', 0],
    ['éa', 'latin1', 'latin1', 'e961', 0],
    ['Да', 'utf8', 'utf8', 'd094d0b0', 0],
    ['Да', 'utf8', 'latin1', '04140430', 8],
  ])('%s in %s for %s', (content, alphabet, defaultAlphabet, expected, dataCoding) => {
    const made = planned(text(content, { alphabet: alphabet! }), { defaultAlphabet });
    expect([hexOf(made), made.dataCoding]).toEqual([[expected], dataCoding]);
  });

  test('of several parts is split as any text', () => {
    const body = text('ç'.repeat(200), { alphabet: 'latin1' });
    const made = planned(body, { defaultAlphabet: 'latin1' });
    expect(made).toMatchObject({ encoding: 'ucs2', dataCoding: 8 });
    expect(made.parts).toHaveLength(3);
    const one = planned(text('ç'.repeat(140), { alphabet: 'latin1' }), {
      defaultAlphabet: 'latin1',
    });
    expect(one).toMatchObject({ encoding: 'latin1', dataCoding: 0, units: 140 });
  });
});

describe('ports', () => {
  const ports = { bits: 16, destination: 0x23f5, source: 0x23f4 } as const;
  const byTlvs = smpp([0x020a, '23f4'], [0x020b, '23f5']);

  function portsOfParts({ parts }: PlannedSubmission) {
    return parts.map(({ octets, headerOctets }) => {
      const header = parseUdh(octets.subarray(0, headerOctets));
      if (header.kind === 'malformed') throw new Error(header.reason);
      const place = partOfElements(header.elements);
      return { ports: portsOf(header.elements), number: place?.number, total: place?.total };
    });
  }

  test.each(['udh8', 'udh16', 'sar', 'payload'] as const)(
    'told by TLVs stand in the header of each part (%s)',
    (longMessage) => {
      const two = planned(text('x'.repeat(200)), { longMessage }, { smpp: byTlvs });
      expect(portsOfParts(two)).toEqual([
        { ports, number: 1, total: 2 },
        { ports, number: 2, total: 2 },
      ]);
      expect(two.replacedTags).toEqual([0x020a, 0x020b]);
      const one = planned(octets('0102', { dataCoding: 4 }), { longMessage }, { smpp: byTlvs });
      expect(portsOfParts(one)).toEqual([{ ports, number: undefined, total: undefined }]);
    },
  );

  test('of an own header are repeated when the octets must be divided', () => {
    const udh = Buffer.from('06050423f523f4', 'hex');
    const three = planned(octets('ab'.repeat(300), { udh, dataCoding: 4 }), { longMessage: 'sar' });
    expect(portsOfParts(three).map(({ ports: found }) => found)).toEqual([ports, ports, ports]);
    const data = three.parts.map((part) => part.octets.subarray(part.headerOctets));
    expect(Buffer.concat(data).toString('hex')).toBe('ab'.repeat(300));
    expect(Math.max(...three.parts.map((part) => part.octets.length))).toBe(140);
  });

  test('an own header that speaks of the whole is not divided', () => {
    const udh = Buffer.from('027000', 'hex');
    expect(plan(octets('ab'.repeat(140), { udh, dataCoding: 4 }))).toEqual({
      ...{ kind: 'unfit', reason: 'not_divisible' },
    });
  });

  test('beside the TLVs of a part stay TLVs', () => {
    const both = { ...sar, tlvs: [...sar.tlvs, ...byTlvs.tlvs] };
    const made = planned(text('a'), {}, { smpp: both });
    expect([hexOf(made), made.replacedTags]).toEqual([['61'], []]);
  });
});
