// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import {
  longMessageWith,
  partCapacity,
  singleCapacity,
  unitsAfterHeader,
  userDataOctets,
} from './capacity.ts';
import { charsetOf } from './data-coding.ts';
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

/** Beside a header that leaves less in each part, not even a surrogate pair would get on. */
const leastCapacity = 4;

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
  if (udh.length > userDataOctets) return { kind: 'not_divisible' };
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
  const capacity = partCapacity(encoding, carried, extra);
  if (capacity < leastCapacity) return { kind: 'not_divisible' };
  const ends = endsOf(data, capacity, content.dataCoding);
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

/** Where the parts end: neither a septet pair nor a UTF-16 unit or a pair of them is cut. */
function endsOf(data: Buffer, capacity: number, dataCoding: number | undefined): readonly number[] {
  const overhangOf = overhangs(dataCoding);
  const ends: number[] = [];
  for (let start = 0, end = 0; end < data.length; ends.push(end), start = end) {
    end = Math.min(start + capacity, data.length);
    if (end < data.length) end -= overhangOf(data, start, end);
  }
  return ends;
}

/** How many octets before an end belong to what comes after it. */
type Overhang = (data: Buffer, start: number, end: number) => number;

function overhangs(dataCoding: number | undefined): Overhang {
  if (isSeptets(dataCoding)) return (data, _start, end) => (data[end - 1] === gsm7Escape ? 1 : 0);
  const isUcs2 = dataCoding !== undefined && charsetOf(dataCoding) === 'ucs2';
  return isUcs2 ? ucs2Overhang : () => 0;
}

/** Half a unit, and the unit before it where that is the first of a surrogate pair. */
function ucs2Overhang(data: Buffer, start: number, end: number): number {
  const half = (end - start) % 2;
  return ((data[end - half - 2] ?? 0) & 0xfc) === 0xd8 ? half + 2 : half;
}

/** Whether a data_coding says GSM-7: the default, a message class in it, a waiting indication. */
function isSeptets(dataCoding: number | undefined): boolean {
  if (dataCoding === undefined) return false;
  if (dataCoding === 0 || (dataCoding & 0xe0) === 0xc0) return true;
  return (dataCoding & 0xfc) === 0x10 || (dataCoding & 0xf4) === 0xf0;
}
