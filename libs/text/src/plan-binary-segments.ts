// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { longMessageWith, partCapacity, singleCapacity, unitsAfterHeader } from './capacity.ts';
import { gsm7Escape } from './gsm7-tables.ts';
import { planned, planParts } from './plan-parts.ts';
import type { CarriageOptions, SegmentPlan } from './plan-parts.ts';
import { elementOctets, parseUdh } from './udh.ts';
import type { InformationElement } from './udh.ts';

/** Octets to send as they are; `udh` with its length octet, empty for none. */
export interface BinaryContent {
  readonly data: Uint8Array;
  readonly udh: Uint8Array;
  /** The whole octet: where it says GSM-7, an octet of `data` is a septet on the air. Else left out. */
  readonly dataCoding?: number;
}

/** Elements that each part of a message repeats: 8-bit and 16-bit ports, national tables. */
const repeatable: ReadonlySet<number> = new Set([0x04, 0x05, 0x24, 0x25]);

/**
 * Cuts binary content into short messages. A header of its own stands in each of them; what it says may
 * hold for the whole only (a part's number, a command's length), and then that must fit into one.
 */
export function planBinarySegments(
  content: BinaryContent,
  options: CarriageOptions,
): SegmentPlan | { readonly kind: 'not_divisible' } {
  const data = Buffer.from(content.data);
  const udh = Buffer.from(content.udh);
  const { longMessage } = options;
  const encoding = isSeptets(content.dataCoding) ? 'gsm7' : 'binary';
  const room = udh.length === 0 ? singleCapacity(encoding) : unitsAfterHeader(encoding, udh.length);
  if (data.length <= room) {
    const carriage = udh.length === 0 ? { kind: 'single' as const } : { kind: 'udh' as const, udh };
    return planned([{ octets: data, carriage }]);
  }
  const elements = repeatedElements(udh);
  if (elements === undefined) return { kind: 'not_divisible' };
  const extra = elementOctets(elements);
  const carried = longMessageWith(longMessage, extra);
  if (carried === 'payload') {
    return planned([{ octets: data, carriage: { kind: 'payload' } }]);
  }
  const ends = endsOf(data, partCapacity(encoding, carried, extra), encoding === 'gsm7');
  return planParts(ends.length, { ...options, longMessage: carried, elements }, (index) => ({
    octets: data.subarray(ends[index - 1] ?? 0, ends[index]),
  }));
}

/** What the header of each part repeats; undefined where one element may not. */
function repeatedElements(udh: Buffer): readonly InformationElement[] | undefined {
  if (udh.length === 0) return [];
  const header = parseUdh(udh);
  if (header.kind === 'malformed' || header.length !== udh.length) return undefined;
  return header.elements.every(({ id }) => repeatable.has(id)) ? header.elements : undefined;
}

/** Where the parts end: a septet pair is never cut. */
function endsOf(data: Buffer, capacity: number, isGsm7: boolean): readonly number[] {
  const ends: number[] = [];
  for (let end = 0; end < data.length; ends.push(end)) {
    end = Math.min(end + capacity, data.length);
    if (isGsm7 && end < data.length && data[end - 1] === gsm7Escape) end -= 1;
  }
  return ends;
}

/** Whether a data_coding says GSM-7: the default, a message class in it, a waiting indication. */
function isSeptets(dataCoding: number | undefined): boolean {
  if (dataCoding === undefined) return false;
  if (dataCoding === 0 || (dataCoding & 0xe0) === 0xc0) return true;
  return (dataCoding & 0xfc) === 0x10 || (dataCoding & 0xf4) === 0xf0;
}
