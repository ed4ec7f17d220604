// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** Index of the first character outside ISO 8859-1, or -1 when there is none. */
export function findNotLatin1(text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) > 0xff) return at;
  }
  return -1;
}

/**
 * Encodes text as ISO 8859-1 (data_coding 3).
 * @throws RangeError when a character has no place in it: choose the encoding first.
 */
export function encodeLatin1(text: string): Buffer {
  if (findNotLatin1(text) >= 0) throw new RangeError('The text has a character outside Latin-1.');
  return Buffer.from(text, 'latin1');
}

/** Decodes ISO 8859-1. Total. */
export function decodeLatin1(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}
