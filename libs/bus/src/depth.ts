// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Bus } from './bus.ts';
import type { ConsumerName } from './pull-source.ts';

/**
 * How many batches wait on each subject of a stream; subjects without any are left out.
 *
 * @throws {TransientError} no answer
 * @throws {JetStreamApiError} no such stream
 */
export async function queueDepths(
  bus: Bus,
  stream: string,
  filterSubject = '>',
): Promise<ReadonlyMap<string, number>> {
  const { state } = await bus.api<{ state: { subjects?: Record<string, number> } }>(
    `STREAM.INFO.${stream}`,
    { subjects_filter: filterSubject },
  );
  return new Map(Object.entries(state.subjects ?? {}));
}

/** Where a consumer stands, in batches. */
export interface ConsumerProgress {
  /** Not yet handed to anybody. */
  readonly waiting: number;
  /** Handed out and not yet acknowledged. */
  readonly inHand: number;
  /** Everything up to this stream sequence is acknowledged. */
  readonly ackFloor: number;
}

/**
 * Where a consumer stands.
 *
 * @throws {TransientError} no answer
 * @throws {JetStreamApiError} no such consumer
 */
export async function consumerProgress(bus: Bus, name: ConsumerName): Promise<ConsumerProgress> {
  const info = await bus.api<{
    num_pending: number;
    num_ack_pending: number;
    ack_floor: { stream_seq: number };
  }>(`CONSUMER.INFO.${name.stream}.${name.durable}`);
  return {
    waiting: info.num_pending,
    inHand: info.num_ack_pending,
    ackFloor: info.ack_floor.stream_seq,
  };
}

/**
 * Removes what is older than the sequence, of one subject (wildcards allowed); returns how many went.
 *
 * @throws {TransientError} no answer: it may have happened
 */
export async function purgeBelow(
  bus: Bus,
  stream: string,
  bounds: { readonly filterSubject: string; readonly sequence: number },
): Promise<number> {
  const { purged } = await bus.api<{ purged: number }>(`STREAM.PURGE.${stream}`, {
    filter: bounds.filterSubject,
    seq: bounds.sequence,
  });
  return purged;
}
