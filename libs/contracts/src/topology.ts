// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { bucketDefinitions, type BucketDefinition } from './buckets.ts';
import {
  routerConsumers,
  routerDuePartConsumer,
  routerInboundConsumer,
  type ConsumerDefinition,
} from './consumers.ts';
import {
  defaultTopology,
  leastTopology,
  streamDefinitions,
  type StreamDefinition,
  type TopologyOptions,
} from './streams.ts';

/** Everything that must exist on JetStream before a service may work. */
export interface GatewayTopology {
  readonly streams: readonly StreamDefinition[];
  readonly consumers: readonly ConsumerDefinition[];
  readonly buckets: readonly BucketDefinition[];
  readonly replicas: 1 | 3;
}

/** What `topology apply` makes. Consumers of connectors and groups come with their names, by their readers. */
export function gatewayTopology(options: TopologyOptions = defaultTopology): GatewayTopology {
  return {
    streams: streamDefinitions(options),
    consumers: [...routerConsumers(), routerInboundConsumer, routerDuePartConsumer],
    buckets: bucketDefinitions,
    replicas: options.replicas,
  };
}

/** What every service reads back and requires at least. */
export const requiredTopology: GatewayTopology = gatewayTopology(leastTopology);
