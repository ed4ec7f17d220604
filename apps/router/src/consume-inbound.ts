// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import {
  consumeBatches,
  deadLetters,
  openBucket,
  type BatchConsumer,
  type Bus,
  type FollowedConfiguration,
  type Publisher,
} from '@sendium/bus';
import {
  buckets,
  decodeInboundBatch,
  encodeInboundBatch,
  routerInboundConsumer,
  type InboundMessage,
} from '@sendium/contracts';
import type { Clock } from '@sendium/runtime';
import { noTracing, type Metrics, type Tracing } from '@sendium/telemetry';
import type { Assemble } from './assembly.ts';
import { createInboundOutlets } from './inbound-outlets.ts';
import { countBuried } from './observations.ts';
import { lookUpIn } from './inbound-seen.ts';
import { routeInbound } from './route-inbound.ts';
import { traceInbound } from './trace-inbound.ts';

/** What routing SMS of mobiles stands on. */
export interface InboundWork {
  readonly bus: Bus;
  readonly publisher: Publisher;
  readonly configuration: FollowedConfiguration;
  readonly clock: Clock;
  readonly producer: string;
  readonly metrics: Metrics;
  readonly assemble: Assemble;
  readonly tracing?: Tracing;
}

/** As many as four full batches: each is looked up by itself before anything follows from it. */
const maxItemsInHand = 256;
const origin = 'router-inbound';

/** Routes SMS of mobiles to applications. */
export function consumeInbound(work: InboundWork): BatchConsumer {
  const { bus, publisher, configuration, clock, producer, metrics, assemble } = work;
  const { tracing = noTracing } = work;
  const nowMs = (): number => clock.nowMs();
  const onBuried = countBuried(metrics);
  const outlets = createInboundOutlets({ publisher, producer, nowMs, onBuried });
  const lookUp = lookUpIn(openBucket(bus, buckets.inboundSeen));
  return consumeBatches<InboundMessage>(bus, {
    sources: [routerInboundConsumer],
    decode: decodeInboundBatch,
    handle: async (part) => {
      const context = {
        configuration: configuration.current,
        nowMs: nowMs(),
        ...{ assemble, lookUp, outlets },
      };
      const startedAtMs = clock.monotonicMs();
      const result = await routeInbound(part, context);
      traceInbound(tracing, part, { result, startedAtMs });
      const { connector } = part;
      metrics.counter('sendium_inbound_messages_total', { connector, result }).inc();
    },
    deadLetter: deadLetters(publisher, {
      origin,
      encode: (part) => encodeInboundBatch([part], producer),
      messageIdOf: ({ id }) => id,
      nowMs,
      onBuried: () => onBuried(origin),
    }),
    maxItemsInHand,
  });
}
