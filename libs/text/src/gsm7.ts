// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { gsm7Alphabet, notGsm7 } from './gsm7-alphabet.ts';
import type { Gsm7Alphabet } from './gsm7-alphabet.ts';
import { gsm7Escape } from './gsm7-tables.ts';

/** Septets that `text` takes in GSM-7, or -1 when a character of it has no place there. */
export function countSeptets(text: string, { codes }: Gsm7Alphabet = gsm7Alphabet): number {
  let septets = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = codes[text.charCodeAt(at)] ?? notGsm7;
    if (code === notGsm7) return -1;
    septets += code > 0x7f ? 2 : 1;
  }
  return septets;
}

/** Index of the first UTF-16 unit from `start` on that is outside GSM-7, or -1 when there is none. */
export function findNotGsm7(text: string, { codes }: Gsm7Alphabet, start = 0): number {
  for (let at = start; at < text.length; at += 1) {
    if (codes[text.charCodeAt(at)] === notGsm7) return at;
  }
  return -1;
}

/**
 * Encodes text as unpacked GSM-7, one septet to an octet, as SMPP carries it.
 * @throws RangeError when a character has no place in the alphabet: choose the encoding first.
 */
export function encodeGsm7(text: string, alphabet: Gsm7Alphabet = gsm7Alphabet): Buffer {
  const septets = countSeptets(text, alphabet);
  if (septets < 0) throw new RangeError('The text has a character outside GSM-7.');
  const { codes } = alphabet;
  const octets = Buffer.allocUnsafe(septets);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = codes[text.charCodeAt(at)] ?? 0;
    if (code > 0x7f) octets[length++] = gsm7Escape;
    octets[length++] = code & 0x7f;
  }
  return octets;
}

/**
 * Decodes unpacked GSM-7. Total: an unknown escape pair is the character of the base table, a
 * lone escape at the end a space (3GPP TS 23.038, 6.2.1.1), and the eighth bit is ignored.
 */
export function decodeGsm7(
  octets: Uint8Array,
  { base, extension }: Gsm7Alphabet = gsm7Alphabet,
): string {
  let text = '';
  for (let at = 0; at < octets.length; at += 1) {
    const septet = (octets[at] ?? 0) & 0x7f;
    if (septet !== gsm7Escape) {
      text += base.charAt(septet);
      continue;
    }
    at += 1;
    const escaped = (octets[at] ?? 0) & 0x7f;
    text += at < octets.length ? (extension.get(escaped) ?? base.charAt(escaped)) : ' ';
  }
  return text;
}
