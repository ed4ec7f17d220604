// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from './clock.ts';

/** Whoever is held to a rate; 0 is no limit. */
export interface Limited {
  readonly name: string;
  readonly ratePerSecond: number;
}

interface Bucket {
  readonly ratePerSecond: number;
  tokens: number;
  atMs: number;
}

/**
 * Holds accounts to their messages per second, by this process: a bucket that one second fills. Each
 * of several replicas lets its share of the rate through.
 */
export class RateLimits {
  readonly #clock: Clock;
  readonly #shareOf: (name: string) => number;
  readonly #buckets = new Map<string, Bucket>();

  /** `shareOf` says how much of an account's rate is this process's, above 0 to 1; all when left out. */
  constructor(clock: Clock, shareOf: (name: string) => number = () => 1) {
    this.#clock = clock;
    this.#shareOf = shareOf;
  }

  /** Whether the account may send one more message now; if so, it counts. */
  allows({ name, ratePerSecond: inAll }: Limited): boolean {
    if (inAll === 0) return true;
    const ratePerSecond = inAll * this.#shareOf(name);
    // A bucket must hold one message, however slowly it fills.
    const capacity = Math.max(1, ratePerSecond);
    const nowMs = this.#clock.monotonicMs();
    let bucket = this.#buckets.get(name);
    if (bucket?.ratePerSecond !== ratePerSecond) {
      bucket = {
        ratePerSecond,
        tokens: Math.min(capacity, bucket?.tokens ?? capacity),
        atMs: nowMs,
      };
      this.#buckets.set(name, bucket);
    }
    const earned = ((nowMs - bucket.atMs) / 1000) * ratePerSecond;
    bucket.tokens = Math.min(capacity, bucket.tokens + earned);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
