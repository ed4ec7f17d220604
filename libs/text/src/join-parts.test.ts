// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { charsetOf, decodeUserData, encodeCharset, joinParts, planText } from './index.ts';
import type { Charset, DecodeOptions, Decoded, ReceivedPart, TextOptions } from './index.ts';

function decoded(hex: string, dataCoding: number, options: DecodeOptions = {}): string | undefined {
  const octets = Buffer.from(hex, 'hex');
  const result = decodeUserData({ octets, hasHeader: false, dataCoding }, options);
  return result.kind === 'text' ? result.text : undefined;
}

function part(number: number, hex: string, dataCoding = 0): ReceivedPart {
  return { number, octets: Buffer.from(hex, 'hex'), hasHeader: false, dataCoding };
}

describe('what a data_coding means', () => {
  const expected: readonly (readonly [Charset | 'binary', readonly number[]])[] = [
    ['ascii', [0x01]],
    ['latin1', [0x03]],
    ['ucs2', [0x08, 0x18, 0x1b, 0x19, 0x48, 0x58, 0xe0, 0xe8, 0xef]],
    [
      'gsm7',
      [0x00, 0x10, 0x13, 0x1c, 0x40, 0x50, 0x80, 0xbf, 0xc0, 0xc8, 0xd0, 0xdf, 0xf0, 0xf3, 0xf8],
    ],
    ['binary', [0x02, 0x04, 0x05, 0x06, 0x07, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f]],
    ['binary', [0x14, 0x17, 0x20, 0x28, 0x30, 0x38, 0x60, 0x44, 0xf4, 0xf7, 0xfd]],
  ];

  test.each(expected)('%s: %j', (charset, dataCodings) => {
    for (const dataCoding of dataCodings) {
      expect([dataCoding, charsetOf(dataCoding)]).toEqual([dataCoding, charset]);
    }
  });

  test.each(['latin1', 'ascii', 'utf8'] as const)(
    'a default alphabet %s holds for data_coding 0 alone',
    (alphabet) => {
      expect(charsetOf(0, alphabet)).toBe(alphabet);
      for (const other of [0x10, 0xc0, 0xf0]) expect(charsetOf(other, alphabet)).toBe('gsm7');
    },
  );

  test('a carrier that packs septets packs them under every data_coding of GSM-7', () => {
    for (const each of [0x00, 0x10, 0x40, 0x80, 0xc0, 0xd0, 0xf0]) {
      expect(charsetOf(each, 'gsm7_packed')).toBe('gsm7_packed');
    }
    expect(charsetOf(0x08, 'gsm7_packed')).toBe('ucs2');
  });
});

describe('decoding', () => {
  test.each<[string, string, number, string, DecodeOptions]>([
    ['GSM-7', '00411b65', 0, '@A€', {}],
    ['an escape pair that no table has', '1b42', 0, 'B', {}],
    ['an escape at the end', '411b', 0, 'A ', {}],
    ['an escape after an escape', '1b1b41', 0, ' A', {}],
    ['Latin-1', 'e740', 3, 'ç@', {}],
    ['Latin-1 as default alphabet', 'e740', 0, 'ç@', { defaultAlphabet: 'latin1' }],
    ['Latin-1 octets under ASCII', '40e7', 1, '@ç', {}],
    ['ASCII as default alphabet', '4024', 0, '@$', { defaultAlphabet: 'ascii' }],
    ['UTF-8 as default alphabet', 'd094f09f9880', 0, 'Д😀', { defaultAlphabet: 'utf8' }],
    ['UTF-8 with a byte order mark', 'efbbbf41', 0, 'A', { defaultAlphabet: 'utf8' }],
    ['broken UTF-8', '41d0', 0, 'A\ufffd', { defaultAlphabet: 'utf8' }],
    ['UCS-2', '04140430', 8, 'Да', {}],
    ['UCS-2 with a byte order mark', 'feff0414', 8, 'Д', {}],
    ['UCS-2 with one for little endian', 'fffe1404', 8, 'Д', {}],
    ['UCS-2 of a little-endian carrier', '14043004', 8, 'Да', { isLittleEndian: true }],
    ['that carrier with a big-endian mark', 'feff0414', 8, 'Д', { isLittleEndian: true }],
    ['UCS-2 with an odd octet', '041404', 8, 'Д', {}],
    ['a waiting indication', '41', 0xc8, 'A', {}],
    ['a waiting indication in UCS-2', '0414', 0xe8, 'Д', {}],
    ['flash', '41', 0xf0, 'A', {}],
    ['nothing', '', 8, '', {}],
  ])('%s', (_, hex, dataCoding, text, options) => {
    expect(decoded(hex, dataCoding, options)).toBe(text);
  });

  test('what is no text comes as it is, without its header', () => {
    const octets = Buffer.from('0401020304ff00', 'hex');
    expect(decodeUserData({ octets, hasHeader: true, dataCoding: 4 })).toEqual({
      ...{ kind: 'binary', data: Buffer.from('ff00', 'hex') },
    });
    expect(decodeUserData({ octets, hasHeader: false, dataCoding: 0xf5 })).toMatchObject({
      data: octets,
    });
  });

  test('a header that cannot be is no header, and a broken element spoils only the header', () => {
    const read = (hex: string): Decoded =>
      decodeUserData({ octets: Buffer.from(hex, 'hex'), hasHeader: true, dataCoding: 0 });
    expect(read('4142')).toMatchObject({ text: 'AB' });
    expect(read('0300094142')).toMatchObject({ text: 'B' });
    expect(read('')).toMatchObject({ text: '' });
  });

  test('any octets give text or binary under every setting', () => {
    const options = fc.record({
      defaultAlphabet: fc.constantFrom('gsm7', 'gsm7_packed', 'latin1', 'ascii', 'utf8'),
      isLittleEndian: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(255), fc.boolean(), options, (octets, ...rest) => {
        const [dataCoding, hasHeader, how] = rest;
        const before = [...octets];
        const result = decodeUserData({ octets, hasHeader, dataCoding }, how);
        expect(['text', 'binary']).toContain(result.kind);
        expect([...octets]).toEqual(before);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('joining', () => {
  test('parts come in any order, and those that did not come are listed', () => {
    const parts = [part(3, '43'), part(1, '41'), part(4, '44')];
    expect(joinParts(parts, 5)).toEqual({
      ...{ kind: 'text', text: 'ACD', charset: 'gsm7', missing: [2, 5] },
    });
    expect(joinParts([], 2)).toEqual({
      ...{ kind: 'text', text: '', charset: 'gsm7', missing: [1, 2] },
    });
  });

  test('of parts with one number the first counts, and one beyond the total does not', () => {
    const parts = [part(1, '41'), part(1, '42'), part(3, '43'), part(2, '44')];
    expect(joinParts(parts, 2)).toMatchObject({ text: 'AD', missing: [] });
  });

  test.each<[string, ReceivedPart[], string, DecodeOptions]>([
    ['an escape pair', [part(1, '411b'), part(2, '65')], 'A€', {}],
    ['a surrogate pair', [part(1, 'd83d', 8), part(2, 'de00', 8)], '😀', {}],
    ['a UTF-16 unit', [part(1, '0414d8', 8), part(2, '3dde000430', 8)], 'Д😀а', {}],
    ['a UTF-8 sequence', [part(1, '41d0'), part(2, '94')], 'AД', { defaultAlphabet: 'utf8' }],
  ])('%s that a carrier cut in two is whole again', (_, parts, text, options) => {
    expect(joinParts(parts, 2, options)).toMatchObject({ text });
  });

  test('across a missing part nothing is joined', () => {
    expect(joinParts([part(1, '411b'), part(3, '65')], 3)).toMatchObject({ text: 'A e' });
    expect(joinParts([part(1, 'd83d', 8), part(3, 'de000414', 8)], 3)).toMatchObject({
      text: '\ud83d\ude00Д',
    });
  });

  test('a byte order mark in each part is obeyed and left out', () => {
    expect(joinParts([part(1, 'fffe1404', 8), part(2, 'fffe3004', 8)], 2)).toMatchObject({
      text: 'Да',
    });
    expect(joinParts([part(1, 'fffe1404', 8), part(2, '3004', 8)], 2)).toMatchObject({
      text: 'Да',
    });
    expect(joinParts([part(1, 'feff0414', 8), part(2, 'feff0430', 8)], 2)).toMatchObject({
      text: 'Да',
    });
  });

  test('each part is read by its own data_coding and its own tables', () => {
    expect(joinParts([part(1, '41'), part(2, '0414', 8)], 2)).toMatchObject({ text: 'AД' });
    const turkish = { ...part(1, '0325010' + '11d'), hasHeader: true };
    expect(joinParts([turkish, part(2, '1d')], 2)).toMatchObject({ text: 'şæ' });
    const single = { ...part(1, '032401011b73'), hasHeader: true };
    expect(joinParts([single, part(2, '1b73')], 2)).toMatchObject({ text: 'şs' });
  });

  test('one binary part makes all of it binary', () => {
    expect(joinParts([part(1, '41'), part(2, 'ff', 4)], 3)).toEqual({
      ...{ kind: 'binary', data: Buffer.from('41ff', 'hex'), missing: [3] },
    });
  });

  test('what was planned for a carrier is read back, whatever the order and the settings', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.string({ unit: fc.constantFrom('a', '€', 'é', '[', 'Δ', '@', '$'), maxLength: 500 }),
      fc.string({ unit: fc.constantFrom('a', 'ş', 'Ğ', 'ã', '€'), maxLength: 500 }),
      fc.string({ unit: fc.constantFrom('👨‍👩‍👧‍👦', '🇫🇷', 'e\u0301', 'ع', 'Д'), maxLength: 200 }),
    );
    const options: fc.Arbitrary<TextOptions> = fc.record({
      defaultAlphabet: fc.constantFrom('gsm7', 'gsm7_packed', 'latin1', 'ascii', 'utf8'),
      longMessage: fc.constantFrom('udh8', 'udh16', 'sar', 'payload'),
      languages: fc.subarray(['turkish', 'spanish', 'portuguese']),
      isFlash: fc.boolean(),
      reference: fc.nat(0xffff),
    });
    fc.assert(
      fc.property(text, options, (given, settings) => {
        const plan = planText(given, settings);
        if (plan.kind !== 'planned') throw new Error(plan.kind);
        // Without a count of septets the last carriage return is padding.
        fc.pre(plan.charset !== 'gsm7_packed' || !plan.text.includes('\r'));
        fc.pre(!plan.text.includes('\ufeff'));
        const parts = plan.segments.map(({ octets, carriage }, index) => ({
          ...{ number: index + 1, dataCoding: plan.dataCoding, hasHeader: carriage.kind === 'udh' },
          octets: carriage.kind === 'udh' ? Buffer.concat([carriage.udh, octets]) : octets,
        }));
        const back = joinParts(parts.toReversed(), parts.length, settings);
        expect(back).toMatchObject({ kind: 'text', text: given.normalize('NFC'), missing: [] });
        expect(plan.segments.map((segment) => segment.text).join('')).toBe(plan.text);
      }),
      { numRuns: 1000 },
    );
  });

  test('each charset gives back what it took', () => {
    const samples = { ascii: 'a@~\t', latin1: 'çÿ@\u00a0', utf8: 'Д😀', ucs2: 'Д😀', gsm7: 'Δ€' };
    for (const [charset, text] of Object.entries(samples) as [Charset, string][]) {
      const octets = encodeCharset(text, charset);
      const userData = { octets, hasHeader: false, dataCoding: charset === 'ucs2' ? 8 : 0 };
      const defaultAlphabet = charset === 'ucs2' ? 'gsm7' : charset;
      expect(decodeUserData(userData, { defaultAlphabet })).toEqual({
        kind: 'text',
        text,
        charset,
      });
    }
    expect(() => encodeCharset('é', 'ascii')).toThrow(RangeError);
    expect(() => encodeCharset('Д', 'latin1')).toThrow(RangeError);
    expect(() => encodeCharset('Д', 'gsm7_packed')).toThrow(RangeError);
  });
});
