// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
const bucketMs = 50;
const buckets = 20;

/**
 * Counts what happened in the trailing second, in steps of 50 ms: never more than really happened
 * within one second, and at most 50 ms short of it.
 */
export class RateMeter {
  readonly #counts = new Uint32Array(buckets);
  #position = 0;
  #sum = 0;
  #max = 0;

  /** Takes one event at `nowMs`; gives the number within the second that ends now. */
  add(nowMs: number): number {
    this.#advance(nowMs);
    const index = this.#position % buckets;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#sum += 1;
    if (this.#sum > this.#max) this.#max = this.#sum;
    return this.#sum;
  }

  /** The number within the second that ends at `nowMs`. */
  current(nowMs: number): number {
    this.#advance(nowMs);
    return this.#sum;
  }

  /** The highest number that was ever seen within one second. */
  get max(): number {
    return this.#max;
  }

  #advance(nowMs: number): void {
    const position = Math.floor(nowMs / bucketMs);
    if (position === this.#position) return;
    const steps = Math.min(buckets, position - this.#position);
    for (let step = 1; step <= steps; step += 1) {
      const index = (this.#position + step) % buckets;
      this.#sum -= this.#counts[index] ?? 0;
      this.#counts[index] = 0;
    }
    // After a long silence every bucket was cleared, so where the walk ended does not matter.
    this.#position = position;
  }
}
