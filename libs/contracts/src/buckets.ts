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
export const buckets = {
  config: 'config',
  leases: 'leases',
  /** Who held a lease last, and whether it was given back in order: what a lease that ended cannot say. */
  leaseRecords: 'lease-records',
  orders: 'orders',
} as const;

/** The lease of one bind slot of a connector: the licence to bind and to send. */
export function bindSlotKey(connector: string, slot: number): string {
  return `bind.${connector}.${slot}`;
}

/** Where a process that carries a connector says that it is there. */
export function connectorMemberKey(connector: string, producer: string): string {
  return `member.${connector}.${producer}`;
}

/** What operators want of a connector's links, in the bucket of orders. */
export function linkOrderKey(connector: string): string {
  return `link.${connector}`;
}

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
  { bucket: buckets.leaseRecords, history: 1 },
  { bucket: buckets.orders, history: 1 },
];
