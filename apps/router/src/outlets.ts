// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { QueueFullError, scheduleLater, type Bus, type Publisher } from '@sendium/bus';
import {
  dispatchChannel,
  dueSubmitChannel,
  encodeSubmitBatch,
  eventChannel,
  subjects,
  type Channel,
  type DispatchItem,
  type EventKind,
  type GatewayEvent,
  type SubmitItem,
} from '@sendium/contracts';
import type { Lane } from '@sendium/message';

/** Where the router puts what follows from an item. Each resolves when it is durable. */
export interface Outlets {
  /** False when the connector's lane is full. */
  dispatch(connector: string, item: DispatchItem): Promise<boolean>;
  tell(group: string, event: GatewayEvent): Promise<void>;
  /** Comes back to the router at that time; a second call for the same message replaces the first. */
  later(item: SubmitItem, dueAtMs: number): Promise<void>;
  /** Comes back to the router at once. */
  again(item: SubmitItem): Promise<void>;
}

/** The outlets on JetStream. */
export function createOutlets(bus: Bus, publisher: Publisher, producer: string): Outlets {
  const dispatch = memoize((connector: string, lane: Lane) =>
    dispatchChannel(connector, lane, producer),
  );
  const event = memoize((group: string, kind: EventKind) => eventChannel(group, kind, producer));
  const due = memoize((_: string, lane: Lane) => dueSubmitChannel(lane, producer));
  return {
    dispatch: async (connector, item) => {
      try {
        await publisher.publish(dispatch(connector, item.message.lane), item);
        return true;
      } catch (error) {
        // What may be stored already must not go on to another target: tried again here, it is known.
        const isFull = error instanceof QueueFullError && error.full === 'subject';
        if (isFull && !error.mayBeStored) return false;
        throw error;
      }
    },
    tell: (group, told) => publisher.publish(event(group, told.kind), told),
    later: (item, dueAtMs) =>
      scheduleLater(bus, {
        id: item.message.id,
        atMs: dueAtMs,
        targetSubject: subjects.dueSubmit(item.message.lane),
        octets: encodeSubmitBatch([item], producer),
      }),
    again: (item) => publisher.publish(due('', item.message.lane), item),
  };
}

/** Channels are values made once per subject: names come from the configuration, so they are few. */
function memoize<K extends string, T>(
  make: (name: string, kind: K) => Channel<T>,
): (name: string, kind: K) => Channel<T> {
  const made = new Map<string, Channel<T>>();
  return (name, kind) => {
    const key = `${name} ${kind}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const channel = make(name, kind);
    made.set(key, channel);
    return channel;
  };
}
