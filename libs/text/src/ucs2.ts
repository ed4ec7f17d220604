// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** Encodes text as UTF-16, big endian, without a byte order mark: what SMS calls UCS-2. */
export function encodeUcs2(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

/**
 * Decodes UTF-16, big endian unless it is said otherwise. Total: a byte order mark is obeyed and
 * dropped, an odd last octet is dropped, a lone surrogate stays as it is.
 */
export function decodeUcs2(octets: Uint8Array, isLittleEndian = false): string {
  const even = Buffer.from(octets.subarray(0, octets.length & ~1));
  const isLittle = byteOrderMarkOf(even) ?? isLittleEndian;
  const text = (isLittle ? even : even.swap16()).toString('utf16le');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** Whether the byte order mark at the beginning says little endian; undefined without one. */
export function byteOrderMarkOf(octets: Uint8Array): boolean | undefined {
  if (octets[0] === 0xff && octets[1] === 0xfe) return true;
  return octets[0] === 0xfe && octets[1] === 0xff ? false : undefined;
}

/** Index of the first surrogate without its partner, or -1 in well-formed text. */
export function findLoneSurrogate(text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = text.charCodeAt(at + 1);
    if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return at;
    at += 1;
  }
  return -1;
}
