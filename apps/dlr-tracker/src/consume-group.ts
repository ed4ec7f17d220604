// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import {
  TransientError,
  consumeBatches,
  deadLetters,
  ensureConsumer,
  type BatchConsumer,
  type Bus,
  type DeliveryMeta,
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
  const consumer = trackerConsumer(group);
  await ensureConsumer(bus, consumer);
  const channel = eventChannel(group, 'receipt', producer);
  const bury = deadLetters<Batch>(publisher, {
    origin: 'tracker',
    encode: (events) => channel.encode(events),
    messageIdOf: (events) => events.flatMap(messageIdOf)[0] ?? '',
    nowMs,
  });
  const handle = async (events: Batch, meta: DeliveryMeta): Promise<void> => {
    const toTell = (event: GatewayEvent): Telling | undefined =>
      toTelling(event, group, work.formatsOf);
    try {
      await recordAll(events, toTell, work.commit);
    } catch (error) {
      if (error instanceof TransientError || events.length === 1) throw error;
      // One event that cannot be worked in must not take its neighbours along.
      for (const event of events) {
        await recordAll([event], toTell, work.commit).catch(async (cause: unknown) => {
          if (cause instanceof TransientError) throw cause;
          const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
          await bury({ kind: 'item', item: [event], meta, reason, error: cause });
        });
      }
    }
  };
  return consumeBatches<Batch>(bus, {
    sources: [{ stream: consumer.stream, durable: consumer.durable }],
    decode: (octets) => [decodeEventBatch(octets).events],
    handle,
    deadLetter: bury,
    maxItemsInHand: maxBatchesInHand,
    lookAheadBatches: maxBatchesInHand,
  });
}

async function recordAll(
  events: Batch,
  toTell: (event: GatewayEvent) => Telling | undefined,
  commit: GroupCommit,
): Promise<void> {
  const tellings: Telling[] = [];
  for (const event of events) {
    const telling = toTell(event);
    if (telling !== undefined) tellings.push(telling);
  }
  try {
    await commit.record(tellings);
  } catch (cause) {
    if (!(cause instanceof StoreError)) throw cause;
    throw new TransientError('The store does not take events.', { cause });
  }
}

function messageIdOf(event: GatewayEvent): readonly string[] {
  return event.kind === 'receipt' ? [] : [event.messageId];
}
