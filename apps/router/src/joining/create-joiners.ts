// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { scheduleLater, type Bus } from '@sendium/bus';
import {
  decodeInboundBatch,
  decodeSubmitBatch,
  encodeInboundBatch,
  encodeSubmitBatch,
  subjects,
  type InboundMessage,
  type SubmitItem,
} from '@sendium/contracts';
import type { Clock } from '@sendium/runtime';
import { isInboundCopy } from './inbound-part.ts';
import { Joiner, type JoinerOptions } from './joiner.ts';
import { createPartStore } from './part-store.ts';

/** What joiners stand on. */
export interface JoiningWork {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly producer: string;
  /** How long parts wait for the others. */
  readonly timeoutMs: number;
}

/** Joins long SMS from mobiles. */
export function createInboundJoiner(work: JoiningWork): Joiner<InboundMessage> {
  return createJoiner(work, 'inbound', {
    encode: (item) => encodeInboundBatch([item], work.producer),
    decode: (octets) => onlyOne(decodeInboundBatch(octets)),
    isCopy: isInboundCopy,
  });
}

/** Joins the parts that clients have cut. Each is accepted, and is to go on: none is another one's copy. */
export function createOutboundJoiner(work: JoiningWork): Joiner<SubmitItem> {
  return createJoiner(work, 'outbound', {
    encode: (item) => encodeSubmitBatch([item], work.producer),
    decode: (octets) => onlyOne(decodeSubmitBatch(octets)),
    isCopy: () => false,
  });
}

function createJoiner<T>(
  { bus, clock, timeoutMs }: JoiningWork,
  direction: 'inbound' | 'outbound',
  items: Pick<JoinerOptions<T>, 'encode' | 'decode' | 'isCopy'>,
): Joiner<T> {
  return new Joiner({
    ...items,
    store: createPartStore(bus),
    wakeLater: (id, item) =>
      scheduleLater(bus, {
        id: `part-${id}`,
        atMs: clock.nowMs() + timeoutMs,
        targetSubject: subjects.duePart(direction),
        octets: items.encode(item),
      }),
  });
}

function onlyOne<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new RangeError('A stored part has an item.');
  return item;
}
