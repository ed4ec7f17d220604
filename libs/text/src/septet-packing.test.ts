// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeUserData, encodeCharset } from './index.ts';
import { fillBitsAfter, packSeptets, unpackSeptets } from './septet-packing.ts';

const septets = fc.uint8Array({ max: 0x7f, maxLength: 170 });

describe('packed septets', () => {
  test.each([
    ['hellohello', 'e8329bfd4697d9ec37'],
    ['12345678', '31d98c56b3dd70'],
    // Seven spare bits hold a carriage return: 0x0D << 1.
    ['1234567', '31d98c56b3dd1a'],
    ['@', '00'],
    ['', ''],
  ])('%j is %s', (text, hex) => {
    const octets = encodeCharset(text, 'gsm7_packed');
    expect(octets.toString('hex')).toBe(hex);
    expect(
      decodeUserData(
        { octets, hasHeader: false, dataCoding: 0 },
        { defaultAlphabet: 'gsm7_packed' },
      ),
    ).toEqual({ kind: 'text', text, charset: 'gsm7_packed' });
  });

  test.each([
    [0, 0],
    [4, 3],
    [6, 1],
    [7, 0],
    [9, 5],
    [10, 4],
    [12, 2],
    [13, 1],
  ])('behind a header of %i octets stand %i fill bits', (headerOctets, fillBits) => {
    expect(fillBitsAfter(headerOctets)).toBe(fillBits);
    expect(packSeptets(Buffer.of(0x7f, 0), fillBits).readUInt16LE()).toBe(0x7f << fillBits);
  });

  test('behind an 8-bit concatenation header the first septet begins one bit later', () => {
    const octets = Buffer.from('050003cc0201' + 'd06536fb0d', 'hex');
    expect(
      decodeUserData(
        { octets, hasHeader: true, dataCoding: 0 },
        { defaultAlphabet: 'gsm7_packed' },
      ),
    ).toMatchObject({ text: 'hello' });
    expect(encodeCharset('hello', 'gsm7_packed', { headerOctets: 6 }).toString('hex')).toBe(
      'd06536fb0d',
    );
  });

  test('160 septets take 140 octets, and so do 153 behind a header of 6', () => {
    expect(packSeptets(Buffer.alloc(160))).toHaveLength(140);
    expect(packSeptets(Buffer.alloc(153), fillBitsAfter(6))).toHaveLength(134);
    expect(packSeptets(Buffer.alloc(145), fillBitsAfter(13))).toHaveLength(127);
  });

  test('unpacking gives back what was packed, but for a carriage return at the very end', () => {
    fc.assert(
      fc.property(septets, fc.nat(6), (given, fillBits) => {
        const back = unpackSeptets(packSeptets(given, fillBits), fillBits);
        const endsThere = given.at(-1) === 0x0d && (fillBits + given.length * 7) % 8 === 0;
        expect([...back]).toEqual([...(endsThere ? given.slice(0, -1) : given)]);
      }),
      { numRuns: 1000 },
    );
  });

  test('any octets give some septets', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(6), (octets, fillBits) => {
        for (const septet of unpackSeptets(octets, fillBits)) expect(septet).toBeLessThan(0x80);
      }),
    );
  });
});
