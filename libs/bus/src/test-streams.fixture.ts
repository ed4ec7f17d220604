// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Channel, ConsumerDefinition, StreamDefinition } from '@sendium/contracts';
import type { BatchSource } from './batch-consumer.ts';
import type { Bus } from './bus.ts';
import { applyTopology } from './topology.ts';

/** A work queue for tests. */
export const work: StreamDefinition = {
  name: 'WORK',
  description: 'for tests',
  subjects: ['work.*'],
  retention: 'workqueue',
  discard: 'new',
  discardNewPerSubject: true,
  maxMessagesPerSubject: 100_000,
  allowSchedules: false,
  duplicateWindowMs: 120_000,
};

let streams = 0;

/** The name of the stream that `freshStream` made last. */
export const stream = (): string => (streams === 0 ? work.name : `WORK-${streams}`);

/**
 * An empty work queue in the place of the one before. Its name is new: a stream that is deleted and made
 * again under the same name at once may come back with the old messages (seen on nats-server 2.12.15).
 */
export async function freshStream(
  bus: Bus,
  over: Partial<StreamDefinition> = {},
  consumers: readonly ConsumerDefinition[] = [],
): Promise<void> {
  await dropStream(bus);
  streams++;
  const named = consumers.map((consumer) => ({ ...consumer, stream: stream() }));
  await applyTopology(bus, { streams: [{ ...work, ...over, name: stream() }], consumers: named });
}

/** No stream takes the subjects of the work queue any more. */
export async function dropStream(bus: Bus): Promise<void> {
  await bus.api(`STREAM.DELETE.${stream()}`).catch(() => undefined);
}

/** The durable of one subject of the work queue. */
export function reader(lane: string, over: Partial<ConsumerDefinition> = {}): ConsumerDefinition {
  return {
    stream: stream(),
    durable: `reader-${lane}`,
    filterSubject: `work.${lane}`,
    ackWaitMs: 15_000,
    maxAckPending: 1000,
    ...over,
  };
}

export const sourceOf = ({ durable }: ConsumerDefinition): BatchSource => ({
  stream: stream(),
  durable,
});

/** Batches are JSON lists of strings; the item `poison` cannot be encoded. */
export const channel = (subject: string): Channel<string> => ({
  subject,
  encode: (items) => {
    if (items.includes('poison')) throw new Error('cannot be encoded');
    return Buffer.from(JSON.stringify(items));
  },
  sizeOf: (item) => item.length + 3,
});

export const decode = (octets: Uint8Array): readonly string[] =>
  JSON.parse(Buffer.from(octets).toString()) as string[];

/** item-0, item-1, ... */
export const items = (count: number, prefix = 'item'): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}-${i}`);

/** Everything a stream holds, batch by batch. */
export async function storedBatches(bus: Bus): Promise<(readonly string[])[]> {
  const { state } = await bus.api<{ state: { first_seq: number; last_seq: number } }>(
    `STREAM.INFO.${stream()}`,
  );
  const batches: (readonly string[])[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const { message } = await bus.api<{ message: { data: string } }>(`STREAM.MSG.GET.${stream()}`, {
      seq,
    });
    batches.push(decode(Buffer.from(message.data, 'base64')));
  }
  return batches;
}

/** How many messages a stream holds. */
export async function messagesIn(bus: Bus, name = stream()): Promise<number> {
  const { state } = await bus.api<{ state: { messages: number } }>(`STREAM.INFO.${name}`);
  return state.messages;
}
