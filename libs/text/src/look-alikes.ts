// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * What smart encoding writes instead of characters that GSM-7 lacks: signs that a reader takes for
 * the same, or their usual spelling. Never another letter: an accent that is lost changes words.
 */

/** Each replacement, and all the characters that it stands for. */
const spellings: readonly (readonly [to: string, from: string])[] = [
  ['"', '“”„‟«»″‶˝ʺ❝❞〝〞〟＂'],
  ["'", '‘’‚‛′‵ʹʻʼʽˈˊˋ`´❛❜＇'],
  ['<', '‹'],
  ['>', '›'],
  ['-', '‐‑‒–—―−⁃﹘﹣⸺⸻'],
  ['...', '…'],
  ['..', '‥'],
  ['.', '․'],
  ['*', '•‣◦▪▫●○∙⁎∗★☆'],
  ['.', '·'],
  // No-break, en, em, thin, hair, figure, narrow, mathematical and ideographic spaces; tab.
  [' ', '\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'],
  [' ', '\u202f\u205f\u3000'],
  ['\n', '\u0085\u2028\u2029\v'],
  // Soft hyphen, zero-width and joining characters, direction marks, variation selectors.
  ['', '\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064'],
  ['', '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufe0e\ufe0f'],
  ['/', '⁄∕'],
  ['\\', '∖'],
  ['|', '∣│'],
  ['~', '˜∼〜'],
  ['^', 'ˆ'],
  ['x', '×'],
  [':', '∶'],
  ['(c)', '©'],
  ['(R)', '®'],
  ['TM', '™'],
  ['No', '№'],
  ['1/2', '½'],
  ['1/4', '¼'],
  ['3/4', '¾'],
  ['ff', 'ﬀ'],
  ['fi', 'ﬁ'],
  ['fl', 'ﬂ'],
  ['ffi', 'ﬃ'],
  ['ffl', 'ﬄ'],
  ['st', 'ﬅﬆ'],
  ['oe', 'œ'],
  ['OE', 'Œ'],
  ['ij', 'ĳ'],
  ['IJ', 'Ĳ'],
];

/** The look-alike of a character (a UTF-16 unit; `''` where it shows nothing), where it has one. */
export const lookAlikes: ReadonlyMap<string, string> = buildMap();

function buildMap(): Map<string, string> {
  const map = new Map<string, string>();
  for (const [to, from] of spellings) {
    for (const character of from) map.set(character, to);
  }
  // Fullwidth forms stand in the order of ASCII; a few are listed above.
  for (let ascii = 0x21; ascii < 0x7f; ascii += 1) {
    const fullwidth = String.fromCharCode(ascii + 0xfee0);
    if (ascii !== 0x60 && !map.has(fullwidth)) map.set(fullwidth, String.fromCharCode(ascii));
  }
  map.set('｀', "'");
  return map;
}
