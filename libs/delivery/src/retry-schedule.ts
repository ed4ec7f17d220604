// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** Delays before the retries on one connector, in milliseconds; after the last comes the next target. */
export const retryDelaysMs: readonly number[] = [5_000, 15_000, 60_000, 300_000, 900_000];

/** Share of the delay by which it may be shorter or longer, so that a burst does not come back as one. */
const jitterShare = 0.2;

/**
 * Delay before the next retry, or undefined when all are used up.
 * @param retriesSoFar retries on this connector already made
 * @param jitter a random number from 0 up to 1; 0.5 is the plain delay
 */
export function retryDelayMs(
  retriesSoFar: number,
  jitter: number,
  delaysMs: readonly number[] = retryDelaysMs,
): number | undefined {
  const delayMs = delaysMs[retriesSoFar];
  return delayMs === undefined
    ? undefined
    : Math.round(delayMs * (1 - jitterShare + 2 * jitterShare * jitter));
}

/** So many delays: the last of them again and again where there are not enough. */
export function repeatLast(delaysMs: readonly number[], attempts: number): readonly number[] {
  const last = delaysMs.at(-1);
  if (last === undefined) return [];
  return Array.from({ length: attempts }, (_, index) => delaysMs[index] ?? last);
}

/** One earlier try, as the message's history tells it. */
export interface PastAttempt {
  readonly connector: string;
  readonly verdict: 'retry' | 'next_target' | 'returned';
}

/** Retries already made on a connector. What it gave back unsent was none. */
export function countRetries(history: readonly PastAttempt[], connector: string): number {
  let retries = 0;
  for (const attempt of history) {
    if (attempt.connector === connector && attempt.verdict === 'retry') retries += 1;
  }
  return retries;
}
