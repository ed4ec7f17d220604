// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
export { consumeBatches } from './batch-consumer.ts';
export type { BatchConsumer, BatchSource, ConsumeOptions } from './batch-consumer.ts';
export { Bus, connectBus } from './bus.ts';
export type { BusOptions, BusStatus } from './bus.ts';
export { silentLog, type BusLog } from './bus-log.ts';
export { decodeApart, type DecodedApart } from './decode-apart.ts';
export { deadLetters, type DeadLetterOptions } from './dead-letters.ts';
export type { DeliveryMeta } from './delivery.ts';
export { consumerProgress, purgeBelow, queueDepths, type ConsumerProgress } from './depth.ts';
export {
  JetStreamApiError,
  OverloadedError,
  QueueFullError,
  TerminalError,
  TransientError,
  UnavailableError,
  type FullPart,
} from './errors.ts';
export { followConfiguration, type FollowedConfiguration } from './follow-configuration.ts';
export { follow, readToEnd } from './follow.ts';
export type { FollowedMessage, Follower, FollowOptions, FollowStart } from './follow.ts';
export { InboundDoor, type InboundDoorParts } from './inbound-door.ts';
export type { DeadDelivery } from './item-runner.ts';
export { joinGateway, natsSettings, type Gateway, type JoinOptions } from './join-gateway.ts';
export { openBucket, type KeyValueBucket, type KeyValueEntry } from './key-value.ts';
export { acquireLease, type Lease, type LeaseEnd, type LeaseOptions } from './leases.ts';
export {
  readQueues,
  type QueueReport,
  type ReaderReport,
  type StreamReport,
} from './queue-report.ts';
export { createPublisher } from './publisher.ts';
export type { Publisher, PublisherOptions } from './publisher.ts';
export {
  openSubmitDoor,
  SubmitDoor,
  type DoorParts,
  type DoorRefusal,
  type OpenDoor,
  type OpenDoorOptions,
} from './submit-door.ts';
export { readLast, type LastMessage, type LastMessages } from './read-last.ts';
export { storeFirst, type StoredFirst } from './store-first.ts';
export { storeOnce, type StoredOnce } from './store-once.ts';
export { watchStoreUsage, type StoreUsage, type StoreUsageOptions } from './store-usage.ts';
export { cancelLater, scheduleLater, type Timer } from './timers.ts';
export {
  applyTopology,
  checkTopology,
  ensureConsumer,
  listSubjects,
  type TopologyProblem,
} from './topology.ts';
export type { Topology } from './topology-config.ts';
