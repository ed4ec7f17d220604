// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import {
  TransientError,
  consumeBatches,
  deadLetters,
  ensureConsumer,
  type BatchConsumer,
  type Bus,
  type Publisher,
} from '@sendium/bus';
import {
  decodeEventBatch,
  eventChannel,
  trackerConsumer,
  type GatewayEvent,
} from '@sendium/contracts';
import { StoreError } from '@sendium/store';
import type { GroupCommit } from './group-commit.ts';
import { toTelling, type FormatsOf, type Telling } from './telling.ts';

/** What reading events stands on. */
export interface GroupWork {
  readonly bus: Bus;
  readonly publisher: Publisher;
  readonly commit: GroupCommit;
  readonly formatsOf: FormatsOf;
  readonly producer: string;
  readonly nowMs: () => number;
}

/** Batches in hand, and as many that wait: a few thousand events for one write. */
const maxBatchesInHand = 32;

type Batch = readonly GatewayEvent[];

/** Begins to read a group's events. A batch is acknowledged when all that it tells is durable. */
export async function consumeGroup(group: string, work: GroupWork): Promise<BatchConsumer> {
  const { bus, publisher, producer, nowMs } = work;
  const { stream, durable } = trackerConsumer(group);
  await ensureConsumer(bus, trackerConsumer(group));
  const channel = eventChannel(group, 'receipt', producer);
  const bury = deadLetters<Batch>(publisher, {
    origin: 'tracker',
    encode: (events) => channel.encode(events),
    messageIdOf: (events) => events.map(messageIdOf)[0] ?? '',
    nowMs,
  });
  const record = (events: Batch): Promise<void> => recordAll(events, group, work);
  return consumeBatches<Batch>(bus, {
    sources: [{ stream, durable }],
    decode: (octets) => [decodeEventBatch(octets).events],
    handle: async (events, meta) => {
      try {
        await record(events);
      } catch (error) {
        if (error instanceof TransientError || events.length === 1) throw error;
        await recordApart(events, record, (item, cause) =>
          bury({ kind: 'item', item, meta, reason: reasonOf(cause), error: cause }),
        );
      }
    },
    deadLetter: bury,
    maxItemsInHand: maxBatchesInHand,
    lookAheadBatches: maxBatchesInHand,
  });
}

/** One event that cannot be worked in must not take its neighbours along. */
async function recordApart(
  events: Batch,
  record: (events: Batch) => Promise<void>,
  bury: (item: Batch, cause: unknown) => Promise<void>,
): Promise<void> {
  for (const event of events) {
    try {
      await record([event]);
    } catch (cause) {
      if (cause instanceof TransientError) throw cause;
      await bury([event], cause);
    }
  }
}

/** @throws {TransientError} the store does not take events now */
async function recordAll(
  events: Batch,
  group: string,
  { commit, formatsOf }: GroupWork,
): Promise<void> {
  const tellings: Telling[] = [];
  for (const event of events) {
    const telling = toTelling(event, group, formatsOf);
    if (telling !== undefined) tellings.push(telling);
  }
  try {
    await commit.record(tellings);
  } catch (cause) {
    if (!(cause instanceof StoreError)) throw cause;
    throw new TransientError('The store does not take events.', { cause });
  }
}

function messageIdOf(event: GatewayEvent): string {
  if (event.kind === 'received') return event.received.id;
  return event.kind === 'receipt' ? '' : event.messageId;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
