// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Account } from '@sendium/configuration';
import type { Clock } from '@sendium/runtime';

interface Bucket {
  readonly ratePerSecond: number;
  tokens: number;
  atMs: number;
}

/**
 * Holds accounts to their messages per second, by this process: a bucket that one second fills. With
 * several replicas each lets that much through; the carriers' own limits are kept elsewhere.
 */
export class RateLimits {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the account may send one more message now; if so, it counts. */
  allows({ name, ratePerSecond }: Account): boolean {
    if (ratePerSecond === 0) return true;
    const nowMs = this.#clock.monotonicMs();
    let bucket = this.#buckets.get(name);
    if (bucket?.ratePerSecond !== ratePerSecond) {
      bucket = { ratePerSecond, tokens: ratePerSecond, atMs: nowMs };
      this.#buckets.set(name, bucket);
    }
    const earned = ((nowMs - bucket.atMs) / 1000) * ratePerSecond;
    bucket.tokens = Math.min(ratePerSecond, bucket.tokens + earned);
    bucket.atMs = nowMs;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
