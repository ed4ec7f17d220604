// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * When a webhook that was not taken is tried again. Pure: the time and the dice come from outside.
 */

const hour = 3_600_000;

/** What Standard Webhooks 1.0.0 gives as its example: about 75 hours in all. */
export const usualRetryDelaysMs: readonly number[] = [
  ...[0, 5000, 5 * 60_000, 30 * 60_000],
  ...[2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour],
];

/** What a receiver may ask for by Retry-After at most. */
export const longestRetryAfterMs = 24 * hour;

const jitter = 0.1;
const callingMs = 10 * 60_000;

/**
 * How long to wait before the next attempt; undefined when there is none any more.
 *
 * @param delaysMs the wait before each attempt, the first included
 * @param attempts how many there were
 * @param dice from 0 to 1: the wait is up to a tenth shorter or longer, so that what failed together does
 *   not come again together
 */
export function retryDelayMs(
  delaysMs: readonly number[],
  attempts: number,
  dice: number,
): number | undefined {
  const delay = delaysMs[attempts];
  return delay === undefined ? undefined : Math.round(delay * (1 + jitter * (2 * dice - 1)));
}

/** How long a webhook is tried and put off from the first time on: with the longest jitter, and time to call. */
export function retrySpanMs(delaysMs: readonly number[]): number {
  return Math.ceil(delaysMs.reduce((sum, delay) => sum + delay, 0) * (1 + jitter)) + callingMs;
}

/**
 * Reads Retry-After (RFC 9110, 10.2.3): seconds or a date; undefined when it is neither. Never negative,
 * at most a day.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const askedMs = /^\d{1,10}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  if (Number.isNaN(askedMs)) return undefined;
  return Math.min(longestRetryAfterMs, Math.max(0, askedMs));
}
