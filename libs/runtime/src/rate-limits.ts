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
 * of several replicas lets its share of the rate through, as many as there are by `replicas`.
 */
export class RateLimits {
  readonly #clock: Clock;
  readonly #replicas: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** `replicas` says how many processes share the rates; one when left out. */
  constructor(clock: Clock, replicas: () => number = () => 1) {
    this.#clock = clock;
    this.#replicas = replicas;
  }

  /** Whether the account may send one more message now; if so, it counts. */
  allows({ name, ratePerSecond: inAll }: Limited): boolean {
    if (inAll === 0) return true;
    const ratePerSecond = inAll / Math.max(1, this.#replicas());
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
