// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { senderOf } from './acked-sender.ts';
import type { Bus } from './bus.ts';

/** Octets to store as they are. */
export interface StoredOnce {
  readonly subject: string;
  readonly octets: Uint8Array;
  /**
   * Names this act of storing, not the octets: within the stream's duplicate window a second one of the same
   * name is confirmed and not stored. For work that is begun anew after a crash.
   */
  readonly id: string;
  /** Then it is given up unconfirmed. */
  readonly timeoutMs: number;
}

/**
 * Stores octets that are encoded already; resolves when they are durable.
 *
 * @throws {QueueFullError} no room for the subject
 * @throws {UnavailableError} not confirmed in time; they may be stored nevertheless
 * @throws {TerminalError} too large, or refused for good
 */
export async function storeOnce(bus: Bus, stored: StoredOnce): Promise<void> {
  const { subject, octets, id, timeoutMs } = stored;
  const giveUpAtMs = performance.now() + timeoutMs;
  await senderOf(bus).store({ subject, octets, giveUpAtMs, headers: { 'Nats-Msg-Id': id } });
}
