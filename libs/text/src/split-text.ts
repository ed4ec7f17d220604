// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Where a long text is cut.
 *
 * T1  An escape pair, a surrogate pair and CR LF are never cut.
 * T2  A grapheme that fits into a part is never cut, even if that costs a part.
 * T3  A larger one is cut between code points, filling what room its part has left.
 * T4  The count is the least under T1 to T3: filling each part as far as they allow gives that,
 *     since the order is fixed. It is found by simulation, never by division: a part may stay
 *     one unit short.
 * T5  Only the places where a part could end are looked at: whether a grapheme ends between two
 *     characters that extend nothing and join nothing depends on no other character.
 */

import type { TextEncoding } from './choose-encoding.ts';
import { gsm7Alphabet, notGsm7 } from './gsm7-alphabet.ts';
import type { Gsm7Alphabet } from './gsm7-alphabet.ts';

const carriageReturn = 0x0d;
const lineFeed = 0x0a;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Ends (indexes into the text, exclusive) of the parts that a text is cut into, `capacity` units
 * each. The last one is the text's length; an empty text is one empty part.
 * @param text in the encoding's repertoire, without lone surrogates
 * @param alphabet the tables, where the encoding is GSM-7
 * @throws RangeError when the capacity is less than two units
 */
export function splitText(
  text: string,
  encoding: TextEncoding,
  capacity: number,
  alphabet: Gsm7Alphabet = gsm7Alphabet,
): number[] {
  if (capacity < 2) throw new RangeError('A part must have room for a character of two units.');
  return encoding === 'gsm7' ? splitSeptets(text, capacity, alphabet) : splitUnits(text, capacity);
}

/** Where a character is one septet or two, and no grapheme has several but CR LF. */
function splitSeptets(text: string, capacity: number, { codes }: Gsm7Alphabet): number[] {
  const ends: number[] = [];
  let septets = 0;
  for (let at = 0; at < text.length; at += 1) {
    const cost = (codes[text.charCodeAt(at)] ?? notGsm7) > 0x7f ? 2 : 1;
    septets += cost;
    if (septets <= capacity) continue;
    const isLineEnd = isCrLf(text, at);
    ends.push(isLineEnd ? at - 1 : at);
    septets = isLineEnd ? 2 : cost;
  }
  ends.push(text.length);
  return ends;
}

/** Where every UTF-16 unit costs one. */
function splitUnits(text: string, capacity: number): number[] {
  const ends: number[] = [];
  let segments: Intl.Segments | undefined;
  let start = 0;
  while (text.length - start > capacity) {
    const full = start + capacity;
    if (!isPlainBoundary(text, full)) {
      segments ??= graphemes.segment(text);
      start = endBefore(text, segments, full, capacity);
    } else start = full;
    ends.push(start);
  }
  ends.push(text.length);
  return ends;
}

/** The last place up to `full` where a part of such a capacity may end. */
function endBefore(text: string, segments: Intl.Segments, full: number, capacity: number): number {
  const { index, segment } = segments.containing(full) ?? { index: full, segment: '' };
  if (segment.length <= capacity) return index;
  const isTrailing = (text.charCodeAt(full) & 0xfc00) === 0xdc00;
  return isTrailing ? full - 1 : full;
}

/** Whether two graphemes, both of characters that join nothing, meet at this index. */
function isPlainBoundary(text: string, at: number): boolean {
  return (
    isPlainUnit(text.charCodeAt(at - 1)) && isPlainUnit(text.charCodeAt(at)) && !isCrLf(text, at)
  );
}

function isCrLf(text: string, at: number): boolean {
  return text.charCodeAt(at) === lineFeed && text.charCodeAt(at - 1) === carriageReturn;
}

/** Latin, Greek, most of Cyrillic, Arabic letters, kana, ideographs, Hangul syllables. */
const plainRanges = [
  [0x0000, 0x02ff],
  [0x0370, 0x0482],
  [0x048a, 0x052f],
  [0x0620, 0x064a],
  [0x2010, 0x2027],
  [0x3041, 0x3096],
  [0x30a1, 0x30fa],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
] as const;

/** Whether nothing there extends its neighbour or joins with a plain one (CR LF apart). */
function isPlainUnit(unit: number): boolean {
  if (unit < 0x300) return true;
  return plainRanges.some(([first, last]) => unit >= first && unit <= last);
}
