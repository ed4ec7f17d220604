// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The values themselves. A cell is one metric with its labels fixed; whoever counts on a hot path
 * gets its cell once and then pays for an addition, not for a look-up by labels.
 */

/** Only grows. */
export class CounterCell {
  #value = 0;

  inc(by = 1): void {
    this.#value += by;
  }

  get value(): number {
    return this.#value;
  }
}

/** Goes up and down. */
export class GaugeCell {
  #value = 0;

  set(value: number): void {
    this.#value = value;
  }

  add(by: number): void {
    this.#value += by;
  }

  get value(): number {
    return this.#value;
  }
}

/** Counts observations by upper bound. */
export class HistogramCell {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  /** In the metric's unit: seconds for `_seconds`. */
  observe(value: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? Infinity)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
  }

  get sum(): number {
    return this.#sum;
  }

  /** Cumulative counts, as Prometheus wants them: one per bound, the last one for all. */
  cumulative(): readonly (readonly [bound: string, count: number])[] {
    let total = 0;
    return [...this.#counts].map((count, bucket) => {
      total += count;
      return [bucket < this.#bounds.length ? String(this.#bounds[bucket]) : '+Inf', total] as const;
    });
  }
}

/** Any of them. */
export type Cell = CounterCell | GaugeCell | HistogramCell;
