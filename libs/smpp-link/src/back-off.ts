// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** How long to wait before the next attempt: the bound doubles from `firstMs` to `maxMs`. */
export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
  /** No wait is shorter than this, whatever the dice say. */
  readonly floorMs: number;
}

/** After a lost bind or a failed connection. */
export const lostBackOff: BackOff = { firstMs: 1_000, maxMs: 30_000, floorMs: 250 };
/** After refused credentials: a person has to act, and carriers lock accounts that hammer. */
export const refusedBackOff: BackOff = { firstMs: 15_000, maxMs: 300_000, floorMs: 5_000 };

/**
 * The wait before attempt `failures` + 1, in milliseconds: full jitter, so that the links of many
 * processes that lost one carrier together do not come back together. `random` is in [0, 1).
 */
export function backOffMs(backOff: BackOff, failures: number, random: number): number {
  const bound = Math.min(backOff.maxMs, backOff.firstMs * 2 ** Math.max(0, failures - 1));
  return Math.max(backOff.floorMs, Math.round(random * bound));
}
