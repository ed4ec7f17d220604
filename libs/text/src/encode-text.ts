// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { TextEncoding } from './choose-encoding.ts';
import { decodeGsm7, encodeGsm7 } from './gsm7.ts';
import { decodeLatin1, encodeLatin1 } from './latin1.ts';
import { decodeUcs2, encodeUcs2 } from './ucs2.ts';

/**
 * Octets of a text as SMPP carries it: GSM-7 unpacked, UTF-16 big endian, ISO 8859-1.
 * @throws RangeError when the text does not fit the encoding.
 */
export function encodeText(text: string, encoding: TextEncoding): Buffer {
  switch (encoding) {
    case 'gsm7':
      return encodeGsm7(text);
    case 'latin1':
      return encodeLatin1(text);
    case 'ucs2':
      return encodeUcs2(text);
  }
}

/** The text that such octets hold. Total: whatever a peer sends gives some text. */
export function decodeText(octets: Uint8Array, encoding: TextEncoding): string {
  switch (encoding) {
    case 'gsm7':
      return decodeGsm7(octets);
    case 'latin1':
      return decodeLatin1(octets);
    case 'ucs2':
      return decodeUcs2(octets);
  }
}
