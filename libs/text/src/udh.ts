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

/** One element of a user data header, `data` without identifier and length. */
export interface InformationElement {
  readonly id: number;
  readonly data: Uint8Array;
}

/** What stands before the user data. `length` counts all of its octets, the first (UDHL) too. */
export type ParsedUdh =
  | {
      readonly kind: 'parsed';
      readonly elements: readonly InformationElement[];
      readonly length: number;
    }
  /** It is longer than the octets, or an element of it (`at`) is longer than the header. */
  | {
      readonly kind: 'malformed';
      readonly reason: 'header_overrun' | 'element_overrun';
      readonly at: number;
    };

/**
 * Reads the user data header at the beginning of `octets` (3GPP TS 23.040, 9.2.3.24). Total; `data`
 * of the elements shares memory with `octets`.
 */
export function parseUdh(octets: Uint8Array): ParsedUdh {
  const length = (octets[0] ?? 0) + 1;
  if (length > octets.length) return { kind: 'malformed', reason: 'header_overrun', at: 0 };
  const elements: InformationElement[] = [];
  for (let at = 1; at < length;) {
    const next = at + 2 + (octets[at + 1] ?? 0);
    if (at + 2 > length || next > length) {
      return { kind: 'malformed', reason: 'element_overrun', at };
    }
    elements.push({ id: octets[at] ?? 0, data: octets.subarray(at + 2, next) });
    at = next;
  }
  return { kind: 'parsed', elements, length };
}

/**
 * The header with these elements, its length first; no octets at all for none.
 * @throws RangeError when they take more than 255 octets
 */
export function buildUdh(elements: readonly InformationElement[]): Buffer {
  if (elements.length === 0) return Buffer.alloc(0);
  const length = elementOctets(elements);
  if (length > 0xff) throw new RangeError('A user data header has at most 255 octets.');
  const udh = Buffer.allocUnsafe(length + 1);
  udh[0] = length;
  let at = 1;
  for (const { id, data } of elements) {
    udh[at] = id;
    udh[at + 1] = data.length;
    udh.set(data, at + 2);
    at += 2 + data.length;
  }
  return udh;
}

/** Octets that elements take in a header, whose own length octet comes on top. */
export function elementOctets(elements: readonly InformationElement[]): number {
  return elements.reduce((octets, { data }) => octets + 2 + data.length, 0);
}

/** Information element 0x00: concatenation, 8-bit reference. */
export function concatenation8({ reference, total, sequence }: Concatenation): InformationElement {
  return { id: 0x00, data: Buffer.of(reference & 0xff, total, sequence) };
}

/** Information element 0x08: concatenation, 16-bit reference. */
export function concatenation16({ reference, total, sequence }: Concatenation): InformationElement {
  const data = Buffer.of((reference >> 8) & 0xff, reference & 0xff, total, sequence);
  return { id: 0x08, data };
}
