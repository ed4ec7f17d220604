// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** A key-value bucket as the gateway needs it. */
export interface BucketDefinition {
  readonly bucket: string;
  /** Values kept per key. */
  readonly history: number;
  /** Every value ends this long after it was put. Left out: never. */
  readonly ttlMs?: number;
}

/** The names of the key-value buckets. */
export const buckets = { config: 'config', leases: 'leases', orders: 'orders' } as const;

/** Where the configuration document is in its bucket. */
export const configurationKey = 'document';

/** How long a lease holds after it was last renewed. */
export const leaseTtlMs = 10_000;

/**
 * All buckets. Leases end by the bucket's own TTL: a key that was created with a TTL of its own loses it at
 * the first update.
 */
export const bucketDefinitions: readonly BucketDefinition[] = [
  { bucket: buckets.config, history: 64 },
  { bucket: buckets.leases, history: 1, ttlMs: leaseTtlMs },
  { bucket: buckets.orders, history: 1 },
];
