// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * GSM-7 packed, eight septets in seven octets, the first in the low bits (3GPP TS 23.038, 6.1.2.1).
 *
 * P1  Behind a header the septets begin at a septet boundary: fill bits stand between
 *     (3GPP TS 23.040, 9.2.3.24).
 * P2  SMPP counts octets, so seven spare bits at the end could be one more septet, `@`. As where
 *     nothing counts septets (6.1.2.3.1), they are filled with a carriage return, and the reader
 *     drops one that ends exactly there. A text that ends so by itself loses that one.
 */

const carriageReturn = 0x0d;

/** Bits between a header of so many octets (0: none) and the first septet. */
export function fillBitsAfter(headerOctets: number): number {
  return (7 - ((headerOctets * 8) % 7)) % 7;
}

/** Packs septets, one to an octet, behind so many fill bits. */
export function packSeptets(septets: Uint8Array, fillBits = 0): Buffer {
  if (septets.length === 0) return Buffer.alloc(0);
  const bits = fillBits + septets.length * 7;
  const packed = Buffer.alloc(Math.ceil(bits / 8));
  septets.forEach((septet, index) => put(packed, fillBits + index * 7, septet & 0x7f));
  if (bits % 8 === 1) put(packed, bits, carriageReturn);
  return packed;
}

function put(packed: Buffer, bit: number, septet: number): void {
  const at = bit >> 3;
  const shifted = septet << (bit & 7);
  packed[at] = (packed[at] ?? 0) | (shifted & 0xff);
  if (shifted > 0xff) packed[at + 1] = shifted >> 8;
}

/** Unpacks septets, one to an octet, from behind so many fill bits. Total. */
export function unpackSeptets(packed: Uint8Array, fillBits = 0): Buffer {
  const bits = Math.max(packed.length * 8 - fillBits, 0);
  const septets = Buffer.allocUnsafe(Math.floor(bits / 7));
  for (let index = 0; index < septets.length; index += 1) {
    const bit = fillBits + index * 7;
    const pair = (packed[bit >> 3] ?? 0) | ((packed[(bit >> 3) + 1] ?? 0) << 8);
    septets[index] = (pair >> (bit & 7)) & 0x7f;
  }
  const isPadded = bits % 7 === 0 && septets.at(-1) === carriageReturn;
  return isPadded ? septets.subarray(0, -1) : septets;
}
