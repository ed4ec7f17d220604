// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** The time a link lives by; tests hand in one they turn by hand. */
export interface LinkClock {
  /** Never goes back; milliseconds from any origin. */
  monotonicMs(): number;
  /** Runs `run` once after `delayMs`; the function returned cancels it. */
  startTimer(delayMs: number, run: () => void): () => void;
}

/** The clock and timers of this process. */
export const systemLinkClock: LinkClock = {
  monotonicMs: () => performance.now(),
  startTimer(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
