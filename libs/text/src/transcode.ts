// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { encodeCharset, fitsCharset } from './charset.ts';
import type { Charset, DefaultAlphabet } from './charset.ts';
import { gsm7AlphabetOf } from './gsm7-alphabet.ts';
import { decodeGsm7 } from './gsm7.ts';
import { decodeLatin1 } from './latin1.ts';
import { shiftOf } from './national-language.ts';
import type { Shift } from './national-language.ts';
import { fillBitsAfter, packSeptets } from './septet-packing.ts';
import { parseUdh } from './udh.ts';

/** What octets may come in: one septet to an octet, or characters of a set. */
export type PlainAlphabet = Exclude<DefaultAlphabet, 'gsm7_packed'>;

/**
 * Octets of a text in another charset, of which nothing is lost: what is no text in the charset that
 * it is said to be in stays as it is.
 * @param udh the header that stands before: it may name tables of GSM-7, and shifts packed septets
 * @returns undefined when the other charset lacks a character
 */
export function transcode(
  octets: Uint8Array,
  from: PlainAlphabet,
  to: Charset,
  udh: Uint8Array,
): Buffer | undefined {
  const given = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  if (from === to) return given;
  const headerOctets = udh.length;
  if (from === 'gsm7' && to === 'gsm7_packed') {
    return packSeptets(given, fillBitsAfter(headerOctets));
  }
  const header = parseUdh(udh);
  const shift = shiftOf(header.kind === 'parsed' ? header.elements : []);
  const text = decode(given, from, shift);
  const isText =
    fitsCharset(text, from, shift) && encodeCharset(text, from, { shift }).equals(given);
  if (!isText) return given;
  return fitsCharset(text, to, shift)
    ? encodeCharset(text, to, { shift, headerOctets })
    : undefined;
}

function decode(octets: Buffer, charset: PlainAlphabet, shift: Shift): string {
  switch (charset) {
    case 'gsm7':
      return decodeGsm7(octets, gsm7AlphabetOf(shift));
    case 'latin1':
    case 'ascii':
      return decodeLatin1(octets);
    case 'utf8':
      return octets.toString('utf8');
  }
}
