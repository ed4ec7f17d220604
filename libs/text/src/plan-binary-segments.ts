// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { partCapacity, singleCapacity, unitsAfterHeader } from './capacity.ts';
import { gsm7Escape } from './gsm7-tables.ts';
import { planned, planParts } from './plan-parts.ts';
import type { CarriageOptions, SegmentPlan } from './plan-parts.ts';

/** Octets to send as they are; `udh` with its length octet, empty for none. */
export interface BinaryContent {
  readonly data: Uint8Array;
  readonly udh: Uint8Array;
  /** The whole octet: where it says GSM-7, an octet of `data` is a septet on the air. Else left out. */
  readonly dataCoding?: number;
}

/**
 * Cuts binary content into short messages. With a header of its own it must fit into one: what that
 * header says (a port, a part's number) holds for the whole, so the gateway must not divide it.
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
  if (udh.length > 0) return { kind: 'not_divisible' };
  if (longMessage === 'payload') {
    return planned([{ octets: data, carriage: { kind: 'payload' } }]);
  }
  const ends = endsOf(data, partCapacity(encoding, longMessage), encoding === 'gsm7');
  return planParts(ends.length, { ...options, longMessage }, (index) => ({
    octets: data.subarray(ends[index - 1] ?? 0, ends[index]),
  }));
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
