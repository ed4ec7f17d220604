// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { gsm7AlphabetOf } from './gsm7-alphabet.ts';
import { countSeptets, encodeGsm7 } from './gsm7.ts';
import { encodeLatin1, findNotLatin1 } from './latin1.ts';
import { noShift } from './national-language.ts';
import type { Shift } from './national-language.ts';
import { fillBitsAfter, packSeptets } from './septet-packing.ts';
import { encodeUcs2 } from './ucs2.ts';

/** What a carrier takes the octets under data_coding 0 for. */
export type DefaultAlphabet = 'gsm7' | 'gsm7_packed' | 'latin1' | 'ascii' | 'utf8';

/** How the octets of an SMPP PDU are to be read as text. */
export type Charset = DefaultAlphabet | 'ucs2';

/** What the octets depend on besides the text. */
export interface CharsetOptions {
  /** The tables of GSM-7. */
  readonly shift?: Shift;
  /** Octets of the header that stands before; of packed septets it shifts the beginning. */
  readonly headerOctets?: number;
}

/** Whether every character of the text has a place in the charset. */
export function fitsCharset(text: string, charset: Charset, shift: Shift = noShift): boolean {
  switch (charset) {
    case 'gsm7':
    case 'gsm7_packed':
      return countSeptets(text, gsm7AlphabetOf(shift)) >= 0;
    case 'latin1':
      return findNotLatin1(text) < 0;
    case 'ascii':
      return isAscii(text);
    case 'utf8':
    case 'ucs2':
      return text.isWellFormed();
  }
}

/**
 * Octets of a text in a charset.
 * @throws RangeError when the text does not fit it
 */
export function encodeCharset(
  text: string,
  charset: Charset,
  { shift = noShift, headerOctets = 0 }: CharsetOptions = {},
): Buffer {
  switch (charset) {
    case 'gsm7':
      return encodeGsm7(text, gsm7AlphabetOf(shift));
    case 'gsm7_packed':
      return packSeptets(encodeGsm7(text, gsm7AlphabetOf(shift)), fillBitsAfter(headerOctets));
    case 'latin1':
      return encodeLatin1(text);
    case 'ascii':
      if (!isAscii(text)) throw new RangeError('The text has a character outside ASCII.');
      return Buffer.from(text, 'latin1');
    case 'utf8':
      return Buffer.from(text, 'utf8');
    case 'ucs2':
      return encodeUcs2(text);
  }
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) > 0x7f) return false;
  }
  return true;
}
