// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/*
 * Beside sms-segments-calculator, which counts for one large carrier and had no part in writing this.
 * Where it is wrong is written down here as well, so that nobody takes the difference for our fault.
 */
import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chooseEncoding, countSegments } from './index.ts';

interface Peer {
  readonly encodingName: 'GSM-7' | 'UCS-2';
  readonly segments: readonly unknown[];
}
const { SegmentedMessage } = createRequire(import.meta.url)('sms-segments-calculator') as {
  SegmentedMessage: new (text: string) => Peer;
};

function ours(given: string): { encoding: string; segments: number } {
  const choice = chooseEncoding(given);
  if (choice.kind !== 'chosen') throw new Error(choice.reason);
  return { encoding: choice.encoding, segments: countSegments(choice, 'udh8') };
}

function theirs(given: string): { encoding: string; segments: number } {
  const { encodingName, segments } = new SegmentedMessage(given);
  return { encoding: encodingName === 'GSM-7' ? 'gsm7' : 'ucs2', segments: segments.length };
}

const gsm7 = fc.constantFrom('a', 'Z', '0', ' ', '@', 'é', 'Δ', '\n', '€', '[', '^', '\f', '|');
const ucs2 = fc.constantFrom('Д', 'ç', '字', 'ع', '😀', '🇫🇷', '👨‍👩‍👧‍👦', '👍🏽', 'q\u0301', '€', 'a');

describe('as sms-segments-calculator counts', () => {
  test.each([
    ['GSM-7', gsm7, 700],
    ['UCS-2', ucs2, 200],
    ['both', fc.oneof({ arbitrary: gsm7, weight: 40 }, { arbitrary: ucs2, weight: 1 }), 400],
  ] as const)('%s', (_, unit, maxLength) => {
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength, size: 'max' }), (text) => {
        expect(ours(text)).toEqual(theirs(text));
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    [`${'a'.repeat(152)}€${'a'.repeat(152)}`, 3],
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['a'.repeat(306), 2],
    ['a'.repeat(307), 3],
    ['Д'.repeat(70), 1],
    ['Д'.repeat(71), 2],
    ['👨‍👩‍👧‍👦'.repeat(13), 3],
  ])('%#: a boundary', (text, segments) => {
    expect([ours(text).segments, theirs(text).segments]).toEqual([segments, segments]);
  });
});

describe('otherwise than sms-segments-calculator', () => {
  test('a grapheme larger than a part takes the parts that it needs, not one', () => {
    const cluster = `a${'\u0323'.repeat(200)}`.normalize('NFC');
    expect(Math.ceil(cluster.length / 67)).toBe(3);
    expect(ours(cluster).segments).toBe(3);
    expect(theirs(cluster).segments).toBeLessThan(3);
  });

  test('CR LF is one grapheme, and is not cut even where that costs a part', () => {
    const text = `${'a'.repeat(152)}\r\n${'a'.repeat(152)}`;
    expect(ours(text)).toEqual({ encoding: 'gsm7', segments: 3 });
    expect(theirs(text)).toEqual({ encoding: 'gsm7', segments: 2 });
  });

  test('a decomposed letter that GSM-7 has when composed stays GSM-7', () => {
    expect(ours('cafe\u0301').encoding).toBe('gsm7');
    expect(theirs('cafe\u0301').encoding).toBe('ucs2');
  });
});
