// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** The first pause after ESME_RTHROTTLED, and the longest, in milliseconds. */
const firstPauseMs = 1_000;
const longestPauseMs = 10_000;

/** How a connector holds back because its carrier asked for it. Times on any one monotonic clock. */
export interface ThrottleState {
  /** Nothing is submitted before this time. */
  readonly pausedUntilMs: number;
  readonly nextPauseMs: number;
}

/** The state of a connector that nobody throttles. */
export const notThrottled: ThrottleState = {
  pausedUntilMs: Number.NEGATIVE_INFINITY,
  nextPauseMs: firstPauseMs,
};

/**
 * After an answer ESME_RTHROTTLED: a pause, twice as long as the one before. The other answers of the
 * same window come during that pause and do not lengthen it.
 */
export function throttle(state: ThrottleState, nowMs: number): ThrottleState {
  if (nowMs < state.pausedUntilMs) return state;
  return {
    pausedUntilMs: nowMs + state.nextPauseMs,
    nextPauseMs: Math.min(state.nextPauseMs * 2, longestPauseMs),
  };
}

/** After an answer that was no throttling: once the pause is over, the next one is short again. */
export function unthrottle(state: ThrottleState, nowMs: number): ThrottleState {
  return state === notThrottled || nowMs < state.pausedUntilMs ? state : notThrottled;
}
