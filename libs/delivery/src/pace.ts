// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * A smooth rate limit as a value: the generic cell rate algorithm, whose whole state is one time.
 *
 * P1  In any second at most the rate plus the burst.
 * P2  The state is the time at which the bucket would be full again; it only grows.
 */

/** A rate, compiled. Times in milliseconds on any one monotonic clock. */
export interface Pace {
  readonly intervalMs: number;
  readonly toleranceMs: number;
}

/** Share of a second that may go out at once, so that coarse timers still reach the rate. */
const burstSeconds = 0.02;

/**
 * Compiles a rate.
 * @param ratePerSecond above 0
 * @param windowSize what may go out at once at most; the burst is smaller where the rate is
 */
export function createPace(ratePerSecond: number, windowSize: number): Pace {
  const burst = Math.max(1, Math.min(windowSize, Math.floor(ratePerSecond * burstSeconds)));
  const intervalMs = 1000 / ratePerSecond;
  return { intervalMs, toleranceMs: intervalMs * (burst - 1) };
}

/** The state before anything was sent. */
export const idlePace = Number.NEGATIVE_INFINITY;

/** Milliseconds until the next may go out; 0 when it may now. */
export function paceWaitMs(pace: Pace, state: number, nowMs: number): number {
  return Math.max(0, state - pace.toleranceMs - nowMs);
}

/** The state after one went out now. */
export function advancePace(pace: Pace, state: number, nowMs: number): number {
  return Math.max(state, nowMs) + pace.intervalMs;
}
