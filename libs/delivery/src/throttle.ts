// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** How long a connector pauses, in milliseconds: at first, and at most. */
export interface ThrottlePauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** How a connector holds back because its carrier asked for it. Times on any one monotonic clock. */
export interface ThrottleState {
  /** Nothing is submitted before this time. */
  readonly pausedUntilMs: number;
  /** The pause after which this one comes; 0 when there was none. */
  readonly lastPauseMs: number;
}

/** The state of a connector that nobody throttles. */
export const notThrottled: ThrottleState = {
  pausedUntilMs: Number.NEGATIVE_INFINITY,
  lastPauseMs: 0,
};

/** Pauses where the connector says nothing else. */
export const throttlePauses: ThrottlePauses = { firstMs: 1_000, longestMs: 10_000 };

/**
 * After an answer ESME_RTHROTTLED: a pause, twice as long as the one before. The other answers of the
 * same window come during that pause and do not lengthen it.
 */
export function throttle(
  state: ThrottleState,
  nowMs: number,
  { firstMs, longestMs }: ThrottlePauses = throttlePauses,
): ThrottleState {
  if (nowMs < state.pausedUntilMs) return state;
  const pauseMs = Math.min(state.lastPauseMs === 0 ? firstMs : state.lastPauseMs * 2, longestMs);
  return { pausedUntilMs: nowMs + pauseMs, lastPauseMs: pauseMs };
}

/** After an answer that was no throttling: once the pause is over, the next one is short again. */
export function unthrottle(state: ThrottleState, nowMs: number): ThrottleState {
  return state === notThrottled || nowMs < state.pausedUntilMs ? state : notThrottled;
}
