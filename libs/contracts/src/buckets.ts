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
  /** SMS from mobiles of the last minute, to know what a carrier sends again. */
  inboundSeen: 'inbound-seen',
  /** Webhook endpoints that fail or were switched off. */
  endpoints: 'endpoints',
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

/** What is known of a webhook endpoint that does not work. */
export function endpointKey(account: string, endpoint: string): string {
  return `${account}.${endpoint}`;
}

/** Which SMS of this content, as `inboundContentOf` has it, came from the connectors of the group. */
export function inboundSeenKey(group: string, content: string): string {
  return `${group}.${content}`;
}

/** Where the configuration document is in its bucket. */
export const configurationKey = 'document';

/** For how long a carrier may send an SMS again whose answer it has not seen. */
export const resentWithinMs = 60_000;

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
  { bucket: buckets.inboundSeen, history: 1, ttlMs: resentWithinMs },
  { bucket: buckets.endpoints, history: 1 },
];
