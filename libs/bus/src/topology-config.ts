// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { BucketDefinition, ConsumerDefinition, StreamDefinition } from '@sendium/contracts';

/** Everything that must exist before a service may work. */
export interface Topology {
  readonly streams?: readonly StreamDefinition[];
  readonly consumers?: readonly ConsumerDefinition[];
  readonly buckets?: readonly BucketDefinition[];
  /** 1, or 3 in a cluster. Default 1. */
  readonly replicas?: number;
}

/** A setting of a stream or consumer as JetStream's API writes it. */
export type WireValue = string | number | boolean | readonly string[];
export type WireConfig = Readonly<Record<string, WireValue>>;

const nanosPerMs = 1_000_000;
const duplicateWindowMs = 120_000;

/** JetStream's words for a stream definition. */
export function streamConfig(definition: StreamDefinition, replicas: number): WireConfig {
  return {
    name: definition.name,
    description: definition.description,
    subjects: definition.subjects,
    storage: 'file',
    retention: definition.retention,
    discard: definition.discard,
    discard_new_per_subject: definition.discardNewPerSubject,
    max_msgs_per_subject: definition.maxMessagesPerSubject ?? -1,
    max_bytes: definition.maxBytes ?? -1,
    max_age: (definition.maxAgeMs ?? 0) * nanosPerMs,
    allow_msg_schedules: definition.allowSchedules,
    allow_direct: definition.allowsDirectReads ?? false,
    duplicate_window: definition.duplicateWindowMs * nanosPerMs,
    num_replicas: replicas,
  };
}

/** JetStream's words for a bucket, as its key-value clients expect it. */
export function bucketConfig(definition: BucketDefinition, replicas: number): WireConfig {
  const { bucket, history, ttlMs = 0 } = definition;
  const windowMs = ttlMs === 0 ? duplicateWindowMs : Math.min(ttlMs, duplicateWindowMs);
  return {
    name: bucketStream(bucket),
    subjects: [`$KV.${bucket}.>`],
    storage: 'file',
    retention: 'limits',
    discard: 'new',
    max_msgs_per_subject: history,
    max_age: ttlMs * nanosPerMs,
    duplicate_window: windowMs * nanosPerMs,
    allow_rollup_hdrs: true,
    deny_delete: true,
    allow_direct: true,
    num_replicas: replicas,
  };
}

/** The stream behind a bucket. */
export function bucketStream(bucket: string): string {
  return `KV_${bucket}`;
}

/** JetStream's words for a durable pull consumer. */
export function consumerConfig(definition: ConsumerDefinition): WireConfig {
  return {
    name: definition.durable,
    durable_name: definition.durable,
    filter_subject: definition.filterSubject,
    deliver_policy: 'all',
    ack_policy: 'explicit',
    ack_wait: definition.ackWaitMs * nanosPerMs,
    max_ack_pending: definition.maxAckPending,
    max_deliver: -1,
  };
}

type Relation = 'same' | 'at least' | 'covers';

// A limit that is larger, or absent (0 or -1), does no harm. Names, descriptions, storage and the policies
// that a server would not change are not compared, or compared as they are.
const relations: Readonly<Record<string, Relation>> = {
  subjects: 'covers',
  storage: 'same',
  retention: 'same',
  discard: 'same',
  discard_new_per_subject: 'same',
  max_msgs_per_subject: 'at least',
  max_bytes: 'at least',
  max_age: 'at least',
  allow_msg_schedules: 'at least',
  allow_rollup_hdrs: 'at least',
  allow_direct: 'at least',
  duplicate_window: 'at least',
  num_replicas: 'at least',
  filter_subject: 'same',
  ack_policy: 'same',
  ack_wait: 'at least',
  max_ack_pending: 'at least',
  max_deliver: 'same',
};

/** Whether what was found is at least what is required, by the meaning of the field. */
export function isEnough(
  field: string,
  required: WireValue,
  found: WireValue | undefined,
): boolean {
  switch (relations[field]) {
    case 'same':
      return required === (found ?? emptyLike(required));
    case 'covers':
      return asList(required).every((subject) => asList(found).includes(subject));
    case 'at least':
      return isAtLeast(required, found);
    default:
      return true;
  }
}

function isAtLeast(required: WireValue, found: WireValue | undefined): boolean {
  if (typeof required === 'boolean') return !required || found === true;
  if (typeof required !== 'number') return required === found;
  const foundLimit = typeof found === 'number' ? found : 0;
  const isUnlimited = foundLimit <= 0;
  return isUnlimited || (required > 0 && foundLimit >= required);
}

// The server leaves out what is false, 0 or empty.
function emptyLike(required: WireValue): WireValue {
  if (typeof required === 'boolean') return false;
  return typeof required === 'number' ? 0 : '';
}

function asList(value: WireValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}
