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
 */

import type { TextEncoding } from './choose-encoding.ts';
import { septetsAt } from './gsm7.ts';

const carriageReturn = 0x0d;
const lineFeed = 0x0a;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Ends (indexes into the text, exclusive) of the parts that a text is cut into, `capacity` units
 * each. The last one is the text's length; an empty text is one empty part.
 * @param text in the encoding's repertoire, without lone surrogates
 */
export function splitText(text: string, encoding: TextEncoding, capacity: number): number[] {
  const ends: number[] = [];
  let units = 0;
  let at = 0;
  const place = (length: number, cost: number): void => {
    if (units + cost > capacity) {
      ends.push(at);
      units = 0;
    }
    units += cost;
    at += length;
  };
  if (encoding !== 'ucs2' || isPlain(text)) placeCharacters(text, encoding, place);
  else placeGraphemes(text, capacity, place);
  ends.push(text.length);
  return ends;
}

type Place = (length: number, cost: number) => void;

/** Where every UTF-16 unit is a grapheme of its own, but for CR LF. */
function placeCharacters(text: string, encoding: TextEncoding, place: Place): void {
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) === carriageReturn && text.charCodeAt(at + 1) === lineFeed) {
      place(2, 2);
      at += 1;
    } else place(1, encoding === 'gsm7' ? septetsAt(text, at) : 1);
  }
}

function placeGraphemes(text: string, capacity: number, place: Place): void {
  for (const { segment } of graphemes.segment(text)) {
    if (segment.length <= capacity) place(segment.length, segment.length);
    else for (const codePoint of segment) place(codePoint.length, codePoint.length);
  }
}

/** Whether no two units of the text can join into one grapheme (CR LF apart). */
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (!isPlainUnit(text.charCodeAt(at))) return false;
  }
  return true;
}

/** Latin, Greek and most of Cyrillic, CJK ideographs: nothing there extends its neighbour. */
function isPlainUnit(unit: number): boolean {
  return (
    unit < 0x300 ||
    (unit >= 0x370 && unit <= 0x482) ||
    (unit >= 0x48a && unit <= 0x52f) ||
    (unit >= 0x4e00 && unit <= 0x9fff)
  );
}
