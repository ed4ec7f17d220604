// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { partCapacity, singleCapacity } from './capacity.ts';
import { planParts, planned } from './plan-segments.ts';
import type { CarriageOptions, SegmentPlan } from './plan-segments.ts';

/** Octets to send as they are; `udh` with its length octet, empty for none. */
export interface BinaryContent {
  readonly data: Uint8Array;
  readonly udh: Uint8Array;
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
  if (data.length + udh.length <= singleCapacity('binary')) {
    const carriage = udh.length === 0 ? { kind: 'single' as const } : { kind: 'udh' as const, udh };
    return planned([{ octets: data, carriage }]);
  }
  if (udh.length > 0) return { kind: 'not_divisible' };
  if (longMessage === 'payload') {
    return planned([{ octets: data, carriage: { kind: 'payload' } }]);
  }
  const capacity = partCapacity('binary', longMessage);
  return planParts(Math.ceil(data.length / capacity), { ...options, longMessage }, (index) =>
    data.subarray(index * capacity, (index + 1) * capacity),
  );
}
