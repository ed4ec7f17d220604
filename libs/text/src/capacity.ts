// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Encoding } from '@sendium/message';

/**
 * How what exceeds one part is carried: concatenated by an 8-bit or 16-bit header, by the SAR TLVs,
 * or whole in message_payload.
 */
export type LongMessage = 'udh8' | 'udh16' | 'sar' | 'payload';

/** User data of one short message (3GPP TS 23.040: 140 octets). */
export const userDataOctets = 140;

/** Octets of the header in each part; `sar` leaves the room that the carrier's own will take. */
const headerOctets = { udh8: 6, udh16: 7, sar: 6, payload: 0 } as const;

/** Units (septets, octets or UTF-16 units) that fit into `octets` of user data after a header. */
export function unitsAfterHeader(encoding: Encoding, header: number): number {
  const octets = Math.max(userDataOctets - header, 0);
  switch (encoding) {
    case 'gsm7':
      // The septets begin at a septet boundary, so a header costs whole septets.
      return Math.floor((octets * 8) / 7);
    case 'latin1':
    case 'binary':
      return octets;
    case 'ucs2':
      return Math.floor(octets / 2);
  }
}

/**
 * Units that a message of one part may have: 160 septets, 140 octets, 70 UTF-16 units; fewer with
 * information elements that take `elementOctets`.
 */
export function singleCapacity(encoding: Encoding, elementOctets = 0): number {
  return unitsAfterHeader(encoding, elementOctets === 0 ? 0 : 1 + elementOctets);
}

/**
 * Units in each part of a longer one: `udh8` and `sar` 153, 134, 67; `udh16` 152, 133, 66; fewer
 * with further information elements that take `elementOctets`.
 */
export function partCapacity(
  encoding: Encoding,
  longMessage: LongMessage,
  elementOctets = 0,
): number {
  const carried = longMessageWith(longMessage, elementOctets);
  return carried === 'payload'
    ? Number.POSITIVE_INFINITY
    : unitsAfterHeader(encoding, headerOctets[carried] + elementOctets);
}

/**
 * How a message whose parts have information elements is carried. Beside a header no carrier can be
 * trusted to heed SAR values, nor to repeat that header when it divides a payload: their place is
 * taken by the header, with a reference of the same 16 bits.
 */
export function longMessageWith(longMessage: LongMessage, elementOctets: number): LongMessage {
  const isInHeader = longMessage === 'udh8' || longMessage === 'udh16';
  return elementOctets === 0 || isInHeader ? longMessage : 'udh16';
}
