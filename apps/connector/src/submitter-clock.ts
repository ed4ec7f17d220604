// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** The time a submitter lives by. */
export interface SubmitterClock {
  /** Milliseconds since 1970: what messages' times are. */
  nowMs(): number;
  /** Never goes back; for pace, pauses and durations. */
  monotonicMs(): number;
  /** Runs `run` once after `delayMs`; the function returned cancels it. */
  startTimer(delayMs: number, run: () => void): () => void;
}
