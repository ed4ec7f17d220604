// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

const secondMs = 1_000;
const seconds = 10;

/** Counts events by whole seconds; tells their rate over the last ten that are over. */
export class RecentRate {
  readonly #counts = new Uint32Array(seconds + 1);
  #second = 0;

  /** One happened now, by a clock that never goes back. */
  count(nowMs: number): void {
    this.#advance(nowMs);
    const index = this.#second % this.#counts.length;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  /** A second, over the last ten whole ones. */
  perSecond(nowMs: number): number {
    this.#advance(nowMs);
    const unfinished = this.#counts[this.#second % this.#counts.length] ?? 0;
    return (this.#counts.reduce((sum, count) => sum + count, 0) - unfinished) / seconds;
  }

  #advance(nowMs: number): void {
    const second = Math.floor(nowMs / secondMs);
    const steps = Math.min(second - this.#second, this.#counts.length);
    for (let step = 0; step < steps; step += 1) {
      this.#counts[(second - step) % this.#counts.length] = 0;
    }
    this.#second = second;
  }
}
