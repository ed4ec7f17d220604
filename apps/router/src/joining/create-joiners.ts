// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { scheduleLater, type Bus } from '@sendium/bus';
import {
  decodeInboundBatch,
  encodeInboundBatch,
  subjects,
  type InboundMessage,
} from '@sendium/contracts';
import type { Clock } from '@sendium/runtime';
import { isInboundCopy } from './inbound-part.ts';
import { Joiner } from './joiner.ts';
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
  const { bus, clock, producer, timeoutMs } = work;
  const encode = (item: InboundMessage): Uint8Array => encodeInboundBatch([item], producer);
  return new Joiner({
    store: createPartStore(bus),
    encode,
    decode: (octets) => onlyOne(decodeInboundBatch(octets)),
    isCopy: isInboundCopy,
    wakeLater: (id, item) =>
      scheduleLater(bus, {
        id: `part-${id}`,
        atMs: clock.nowMs() + timeoutMs,
        targetSubject: subjects.duePart('inbound'),
        octets: encode(item),
      }),
  });
}

function onlyOne<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new RangeError('A stored part has an item.');
  return item;
}
