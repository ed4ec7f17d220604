// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Encoding } from '@sendium/message';

/**
 * How what exceeds one part is carried: concatenated by an 8-bit or 16-bit header, by the SAR TLVs,
 * or whole in message_payload.
 */
export type LongMessage = 'udh8' | 'udh16' | 'sar' | 'payload';

/** User data of one short message (3GPP TS 23.040: 140 octets). */
const userDataOctets = 140;

/** Octets of the header in each part; `sar` leaves the room that the carrier's own will take. */
const headerOctets = { udh8: 6, udh16: 7, sar: 6, payload: 0 } as const;

/** Units (septets, octets or UTF-16 units) that fit into `octets` of user data after a header. */
export function unitsAfterHeader(encoding: Encoding, header: number): number {
  switch (encoding) {
    case 'gsm7':
      // The septets begin at a septet boundary, so a header costs whole septets.
      return Math.floor(((userDataOctets - header) * 8) / 7);
    case 'latin1':
    case 'binary':
      return userDataOctets - header;
    case 'ucs2':
      return Math.floor((userDataOctets - header) / 2);
  }
}

/** Units that a message of one part may have: 160 septets, 140 octets, 70 UTF-16 units. */
export function singleCapacity(encoding: Encoding): number {
  return unitsAfterHeader(encoding, 0);
}

/** Units in each part of a longer one: `udh8` and `sar` 153, 134, 67; `udh16` 152, 133, 66. */
export function partCapacity(encoding: Encoding, longMessage: LongMessage): number {
  return longMessage === 'payload'
    ? Number.POSITIVE_INFINITY
    : unitsAfterHeader(encoding, headerOctets[longMessage]);
}
