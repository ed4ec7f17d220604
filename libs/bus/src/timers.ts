// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { streams, subjects } from '@sendium/contracts';
import { senderOf } from './acked-sender.ts';
import type { Bus } from './bus.ts';

/** A message that is to come at a time. */
export interface Timer {
  /** One timer per id: a later one takes the place of an earlier one that has not fired. */
  readonly id: string;
  /** Milliseconds since 1970; a time in the past fires at once. */
  readonly atMs: number;
  /** Where it fires into, e.g. `due.submit.normal`; a subject of the same stream. */
  readonly targetSubject: string;
  readonly octets: Uint8Array;
}

/**
 * Sets a timer; resolves when it is durable, and tries until then. It survives restarts of the server and
 * fires once; a reader checks its items as always.
 *
 * @throws {TerminalError} the server refuses the timer (its target lies in no subject of the stream)
 * @throws {QueueFullError} the server's store is full
 * @throws {UnavailableError} the bus was closed
 */
export async function scheduleLater(bus: Bus, timer: Timer): Promise<void> {
  await senderOf(bus).store({
    subject: subjects.later(timer.id),
    octets: timer.octets,
    headers: {
      'Nats-Schedule': `@at ${new Date(timer.atMs).toISOString()}`,
      'Nats-Schedule-Target': timer.targetSubject,
    },
  });
}

/**
 * Takes a timer back; false when there is none, or it has fired.
 *
 * @throws {TransientError} no answer: it may be gone or not
 */
export async function cancelLater(bus: Bus, id: string): Promise<boolean> {
  const { purged } = await bus.api<{ purged: number }>(`STREAM.PURGE.${streams.later}`, {
    filter: subjects.later(id),
  });
  return purged > 0;
}
