// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import {
  consumeBatches,
  deadLetters,
  type BatchConsumer,
  type Bus,
  type DeliveryMeta,
  type Publisher,
} from '@sendium/bus';
import {
  decodeInboundBatch,
  decodeSubmitBatch,
  encodeInboundBatch,
  encodeSubmitBatch,
  routerDuePartConsumer,
  subjects,
  type InboundMessage,
  type SubmitItem,
} from '@sendium/contracts';
import type { Clock } from '@sendium/runtime';
import type { Metrics } from '@sendium/telemetry';
import { countBuried } from '../observations.ts';

/** A part whose time to wait for the others is over. */
type DuePart =
  | { readonly kind: 'inbound'; readonly part: InboundMessage }
  | { readonly kind: 'outbound'; readonly item: SubmitItem };

/** What working on overdue parts stands on. */
export interface DuePartWork {
  readonly bus: Bus;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly producer: string;
  /** Resolve when what follows is durable, if anything does. */
  readonly onInbound: (part: InboundMessage) => Promise<void>;
  readonly onOutbound: (item: SubmitItem, meta: DeliveryMeta) => Promise<void>;
  readonly metrics: Metrics;
}

const maxItemsInHand = 256;
const origin = 'router-due-part';

/** Goes on with what there is of long messages whose other parts did not come in time. */
export function consumeDueParts(work: DuePartWork): BatchConsumer {
  const { bus, publisher, clock, producer, metrics, onInbound, onOutbound } = work;
  const onBuried = countBuried(metrics);
  return consumeBatches<DuePart>(bus, {
    sources: [routerDuePartConsumer],
    decode: decodeDueParts,
    handle: (due, meta) =>
      due.kind === 'inbound' ? onInbound(due.part) : onOutbound(due.item, meta),
    deadLetter: deadLetters(publisher, {
      origin,
      encode: (due) =>
        due.kind === 'inbound'
          ? encodeInboundBatch([due.part], producer)
          : encodeSubmitBatch([due.item], producer),
      messageIdOf: (due) => (due.kind === 'inbound' ? due.part.id : due.item.message.id),
      nowMs: () => clock.nowMs(),
      onBuried: () => onBuried(origin),
    }),
    maxItemsInHand,
  });
}

/** The direction is in the subject: each has batches of its own. */
function decodeDueParts(octets: Uint8Array, { subject }: DeliveryMeta): readonly DuePart[] {
  return subject === subjects.duePart('outbound')
    ? decodeSubmitBatch(octets).map((item) => ({ kind: 'outbound', item }))
    : decodeInboundBatch(octets).map((part) => ({ kind: 'inbound', part }));
}
