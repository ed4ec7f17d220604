// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { randomBytes } from 'node:crypto';
import {
  consumerProgress,
  JetStreamApiError,
  purgeBelow,
  type Bus,
  type FollowedConfiguration,
} from '@sendium/bus';
import { streams, subjects, trackerConsumer } from '@sendium/contracts';

export interface TrimOptions {
  readonly bus: Bus;
  readonly configuration: FollowedConfiguration;
  /** How long events stay after they were worked in, in milliseconds. */
  readonly keptMs: number;
  readonly nowMs: () => number;
}

/**
 * Removes a group's events from the stream that are worked in and old. What is younger than the oldest
 * message that waits for a connector of the group stays: the connector reads there what of it was
 * submitted already. Resolves with how many went.
 */
export async function trimEvents(group: string, options: TrimOptions): Promise<number> {
  const { bus, configuration, keptMs, nowMs } = options;
  const { durable } = trackerConsumer(group);
  const { ackFloor } = await consumerProgress(bus, { stream: streams.events, durable });
  const connectors = [...configuration.current.connectors.values()]
    .filter((connector) => connector.group === group)
    .map(({ name }) => name);
  const waiting = await Promise.all(connectors.map((name) => oldestWaitingMs(bus, name)));
  const beforeMs = Math.min(nowMs() - keptMs, ...waiting);
  const sequence = Math.min(ackFloor + 1, await firstSequenceSince(bus, beforeMs));
  return purgeBelow(bus, streams.events, { filterSubject: subjects.eventsOf(group), sequence });
}

const noMessageFound = 10_037;

/** When the oldest message that waits for the connector was put there; Infinity when none does. */
async function oldestWaitingMs(bus: Bus, connector: string): Promise<number> {
  try {
    const { message } = await bus.api<{ message: { time: string } }>(
      `STREAM.MSG.GET.${streams.dispatch}`,
      { seq: 1, next_by_subj: subjects.dispatchOf(connector) },
    );
    return Date.parse(message.time);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.errorCode === noMessageFound) return Infinity;
    throw error;
  }
}

/** The first sequence of the stream that was stored at the time or later. A consumer made there knows it. */
async function firstSequenceSince(bus: Bus, sinceMs: number): Promise<number> {
  const name = `trim-${randomBytes(6).toString('hex')}`;
  const { delivered } = await bus.api<{ delivered: { stream_seq: number } }>(
    `CONSUMER.CREATE.${streams.events}.${name}`,
    {
      stream_name: streams.events,
      config: {
        name,
        deliver_policy: 'by_start_time',
        opt_start_time: new Date(sinceMs).toISOString(),
        ack_policy: 'none',
        mem_storage: true,
        num_replicas: 1,
        inactive_threshold: 10_000_000_000,
      },
      action: 'create',
    },
  );
  await bus.api(`CONSUMER.DELETE.${streams.events}.${name}`, {});
  return delivered.stream_seq + 1;
}
