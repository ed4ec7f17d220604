// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** What is in use of what there is, both in the same unit (requests in work, messages waiting). */
export interface Load {
  readonly used: number;
  readonly capacity: number;
}

const congested = 100;
const optimum = 90;

/** congestion_state to give (SMPP 5.0, 4.8.4.18): 0 idle, 80-90 the best use, 100 congested. */
export function congestionStateOf({ used, capacity }: Load): number {
  if (capacity <= 0) return congested;
  return Math.max(0, Math.min(congested, Math.floor((used * congested) / capacity)));
}

/**
 * The share of the usual rate to send at, from a congestion_state received: all of it up to 90, then
 * less and less, a tenth at 100. Values beyond 100 are reserved and change nothing.
 */
export function rateShareFor(congestionState: number | undefined): number {
  if (congestionState === undefined || congestionState > congested) return 1;
  if (congestionState <= optimum) return 1;
  return Math.max(0.1, (congested - congestionState) / (congested - optimum));
}
