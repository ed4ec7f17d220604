// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** Most parts that a concatenated message may have: their number is one octet. */
export const maxSegments = 255;

/** Which part of which message: the number is 1-based, the reference is cut to its field. */
export interface Concatenation {
  readonly reference: number;
  readonly total: number;
  readonly sequence: number;
}

/** User data header with information element 0x00: concatenation, 8-bit reference. 6 octets. */
export function concatenationUdh8({ reference, total, sequence }: Concatenation): Buffer {
  return Buffer.from([5, 0x00, 3, reference & 0xff, total, sequence]);
}

/** User data header with information element 0x08: concatenation, 16-bit reference. 7 octets. */
export function concatenationUdh16({ reference, total, sequence }: Concatenation): Buffer {
  return Buffer.from([6, 0x08, 4, (reference >> 8) & 0xff, reference & 0xff, total, sequence]);
}
