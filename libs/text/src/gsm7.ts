// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { gsm7Codes, gsm7Default, gsm7Escape, gsm7Extension, notGsm7 } from './gsm7-alphabet.ts';

/** Septets that `text` takes in GSM-7, or -1 when a character of it has no place there. */
export function countSeptets(text: string): number {
  let septets = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = gsm7Codes[text.charCodeAt(at)] ?? notGsm7;
    if (code === notGsm7) return -1;
    septets += code > 0x7f ? 2 : 1;
  }
  return septets;
}

/** Septets of the UTF-16 unit at `index`: 1 or 2. The text must be GSM-7. */
export function septetsAt(text: string, index: number): number {
  return (gsm7Codes[text.charCodeAt(index)] ?? notGsm7) > 0x7f ? 2 : 1;
}

/**
 * Encodes text as unpacked GSM-7, one septet to an octet, as SMPP carries it.
 * @throws RangeError when a character has no place in the alphabet: choose the encoding first.
 */
export function encodeGsm7(text: string): Buffer {
  const septets = countSeptets(text);
  if (septets < 0) throw new RangeError('The text has a character outside GSM-7.');
  const octets = Buffer.allocUnsafe(septets);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = gsm7Codes[text.charCodeAt(at)] ?? 0;
    if (code > 0x7f) octets[length++] = gsm7Escape;
    octets[length++] = code & 0x7f;
  }
  return octets;
}

/**
 * Decodes unpacked GSM-7. Total: an unknown escape pair is the character of the default table, a
 * lone escape at the end a space (3GPP TS 23.038, 6.2.1.1), and the eighth bit is ignored.
 */
export function decodeGsm7(octets: Uint8Array): string {
  let text = '';
  for (let at = 0; at < octets.length; at += 1) {
    const septet = (octets[at] ?? 0) & 0x7f;
    if (septet !== gsm7Escape) {
      text += gsm7Default.charAt(septet);
      continue;
    }
    at += 1;
    text += at < octets.length ? decodeEscaped((octets[at] ?? 0) & 0x7f) : ' ';
  }
  return text;
}

function decodeEscaped(septet: number): string {
  return gsm7Extension.get(septet) ?? gsm7Default.charAt(septet);
}
