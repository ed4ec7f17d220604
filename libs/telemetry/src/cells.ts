// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * One metric with its labels fixed; whoever counts on a hot path gets its cell once and then pays for
 * an addition, not for a look-up by labels.
 */

/** Only grows. */
export interface CounterCell {
  inc(by?: number): void;
}

/** Goes up and down. */
export interface GaugeCell {
  set(value: number): void;
  inc(by?: number): void;
  dec(by?: number): void;
}

/** Counts observations by upper bound. */
export interface HistogramCell {
  /** In the metric's unit: seconds for `_seconds`. */
  observe(value: number): void;
}

/** Any of them. */
export type Cell = CounterCell | GaugeCell | HistogramCell;
