// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
export { consumeBatches } from './batch-consumer.ts';
export type { BatchConsumer, BatchSource, ConsumeOptions } from './batch-consumer.ts';
export { Bus, connectBus } from './bus.ts';
export type { BusOptions, BusStatus } from './bus.ts';
export { silentLog, type BusLog } from './bus-log.ts';
export type { DeliveryMeta } from './delivery.ts';
export {
  JetStreamApiError,
  OverloadedError,
  QueueFullError,
  TerminalError,
  TransientError,
  UnavailableError,
  type FullPart,
} from './errors.ts';
export type { DeadDelivery } from './item-runner.ts';
export { createPublisher } from './publisher.ts';
export type { Publisher, PublisherOptions } from './publisher.ts';
export { applyTopology, checkTopology, type TopologyProblem } from './topology.ts';
export type { Topology } from './topology-config.ts';
