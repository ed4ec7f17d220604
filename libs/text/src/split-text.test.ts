// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TextEncoding } from './choose-encoding.ts';
import { gsm7AlphabetOf } from './gsm7-alphabet.ts';
import { countSeptets } from './gsm7.ts';
import { splitText } from './split-text.ts';

const turkish = gsm7AlphabetOf({ locking: 'turkish', single: 'turkish' });

function costOf(text: string, encoding: TextEncoding): number {
  return encoding === 'gsm7' ? countSeptets(text, turkish) : text.length;
}

/** Where a part may end: between graphemes, and inside one that is larger than a part. */
function allowedEnds(text: string, encoding: TextEncoding, capacity: number): number[] {
  const ends = [0];
  let at = 0;
  for (const { segment } of new Intl.Segmenter('en').segment(text)) {
    const isLarge = costOf(segment, encoding) > capacity;
    for (const atom of isLarge ? Array.from(segment) : [segment]) ends.push((at += atom.length));
  }
  return ends;
}

/** The least number of parts, found by trying every allowed cut. */
function leastParts(text: string, encoding: TextEncoding, capacity: number): number {
  const ends = allowedEnds(text, encoding, capacity);
  const least = ends.map((_, index) => (index === 0 ? 0 : Number.POSITIVE_INFINITY));
  for (let to = 1; to < ends.length; to += 1) {
    for (let from = to - 1; from >= 0; from -= 1) {
      const part = text.slice(ends[from], ends[to]);
      if (costOf(part, encoding) > capacity) break;
      least[to] = Math.min(least[to]!, least[from]! + 1);
    }
  }
  return Math.max(least.at(-1)!, 1);
}

const texts: Readonly<Record<TextEncoding, fc.Arbitrary<string>>> = {
  gsm7: fc.string({
    unit: fc.constantFrom('a', '€', '[', 'ş', 'Ğ', '\r', '\n', '\r\n', 'ç', ' '),
    maxLength: 120,
  }),
  latin1: fc.string({ unit: fc.constantFrom('a', 'ç', '\u00ad', '\r', '\n', '©'), maxLength: 120 }),
  ucs2: fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 120 }),
    fc.string({
      unit: fc.constantFrom(
        ...[
          '👨‍👩‍👧‍👦',
          '🇫🇷',
          '🇫',
          '\u0301',
          'e',
          'Д',
          '\r',
          '\n',
          '각',
          'ᄀ',
          'ᆨ',
          '\u200d',
          '☎',
          '҃',
          'क',
          '्',
        ],
        ...[
          'ष',
          'ำ',
          'ก',
          'ع',
          'ّ',
          '\u0600',
          '\u{e0061}',
          '🏽',
          '\ufe0f',
          '©',
          '字',
          'が',
          '\u3099',
          'か',
        ],
      ),
      maxLength: 90,
    }),
  ),
};

describe.each(['gsm7', 'latin1', 'ucs2'] as const)('splitting %s', (encoding) => {
  test('every part fits, ends where it may, and no other split has fewer parts', () => {
    fc.assert(
      fc.property(texts[encoding], fc.integer({ min: 2, max: 40 }), (text, capacity) => {
        const ends = splitText(text, encoding, capacity, turkish);
        const parts = ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
        expect(parts.join('')).toBe(text);
        for (const part of parts) expect(costOf(part, encoding)).toBeLessThanOrEqual(capacity);
        const allowed = new Set(allowedEnds(text, encoding, capacity));
        for (const end of ends) expect(allowed).toContain(end);
        expect(parts).toHaveLength(leastParts(text, encoding, capacity));
      }),
      { numRuns: 1500 },
    );
  });
});

test('between any two characters a part ends only where a grapheme does', () => {
  // Every pair of a character that some script joins with, and one that it may be joined with.
  const samples = [0x61, 0x0d, 0x0a, 0xad, 0x300, 0x34f, 0x470, 0x483, 0x5d0, 0x5bf, 0x600, 0x627];
  samples.push(0x64b, 0x915, 0x94d, 0x93f, 0xe33, 0x1100, 0x1161, 0x11a8, 0x200b, 0x200d, 0x2014);
  samples.push(0x20e3, 0x2640, 0x3042, 0x3099, 0x30a2, 0x4e00, 0xac00, 0xac01, 0xa9, 0x620, 0xfe0f);
  const segmenter = new Intl.Segmenter('en');
  for (const first of samples) {
    for (const second of samples) {
      const text = `xx${String.fromCharCode(first, second)}yy`;
      const isOne = segmenter.segment(text).containing(3)?.index !== 3;
      const [end] = splitText(text, 'ucs2', 3);
      expect([first, second, end === 3]).toEqual([first, second, !isOne]);
    }
  }
});

test('every plain character stands alone beside every other one that it is sampled with', () => {
  const segmenter = new Intl.Segmenter('en');
  const text = Array.from({ length: 0x10000 }, (_, unit) => unit)
    .filter((unit) => (unit < 0xd800 || unit > 0xdfff) && (unit < 0x3200 || unit % 97 === 0))
    .map((unit) => `a${String.fromCharCode(unit)}`)
    .join('');
  const boundaries = new Set([...segmenter.segment(text)].map(({ index }) => index));
  boundaries.add(text.length);
  for (let at = 2; at < text.length; at += 2) {
    const [end] = splitText(text.slice(at - 2, at + 1), 'ucs2', 2);
    expect([at, end === 2]).toEqual([at, boundaries.has(at)]);
  }
});

test('a part without room for two units is refused, since nothing could be placed in it', () => {
  expect(() => splitText('😀', 'ucs2', 1)).toThrow(RangeError);
});
