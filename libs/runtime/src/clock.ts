// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** Time as a value that is handed in, so that what depends on it can be tested without waiting. */
export interface Clock {
  /** Wall clock, milliseconds since 1970-01-01 UTC; may jump when the host's clock is set. */
  nowMs(): number;
  /** Never goes back and never jumps; for deadlines and durations, in milliseconds with fractions. */
  monotonicMs(): number;
}

/** The clocks of this process. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
