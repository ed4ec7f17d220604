// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { senderOf } from './acked-sender.ts';
import type { Bus } from './bus.ts';
import { unlessOvertaken } from './overtaken.ts';

/** Octets for a subject that has none yet. */
export interface StoredFirst {
  readonly subject: string;
  readonly octets: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Stores octets where the subject has none; resolves with their sequence in the stream when they are
 * durable, and tries until then. Undefined: there are some already, and be it these, when the answer to
 * an earlier try was lost.
 *
 * @throws {QueueFullError} no room
 * @throws {TerminalError} too large, or refused for good
 * @throws {UnavailableError} the bus was closed; they may be stored nevertheless
 */
export function storeFirst(bus: Bus, stored: StoredFirst): Promise<number | undefined> {
  const headers = { ...stored.headers, 'Nats-Expected-Last-Subject-Sequence': '0' };
  return unlessOvertaken(senderOf(bus).store({ ...stored, headers }));
}
