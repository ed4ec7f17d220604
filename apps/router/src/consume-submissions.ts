// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import {
  consumeBatches,
  deadLetters,
  type BatchConsumer,
  type Bus,
  type DeliveryMeta,
  type FollowedConfiguration,
  type Publisher,
} from '@sendium/bus';
import {
  decodeSubmitBatch,
  encodeSubmitBatch,
  routerConsumers,
  type SubmitItem,
} from '@sendium/contracts';
import type { Clock } from '@sendium/runtime';
import { noTracing, type Tracing } from '@sendium/telemetry';
import type { Outlets } from './outlets.ts';
import type { CountRouting } from './observations.ts';
import { routeMessage, type RoutingTarget } from './route-message.ts';
import { traceRouting } from './trace-routing.ts';

/** What routing stands on. */
export interface RouterWork {
  readonly bus: Bus;
  readonly publisher: Publisher;
  readonly outlets: Outlets;
  readonly configuration: FollowedConfiguration;
  readonly clock: Clock;
  readonly producer: string;
  readonly tracing?: Tracing;
}

/** Routes a message, with counts and traces; resolves when what follows from it is durable. */
export type RouteItem = (
  item: SubmitItem,
  meta: Pick<DeliveryMeta, 'deliveryCount'>,
) => Promise<void>;

/** How messages are routed, wherever they come from. */
export function createRouteItem(work: RouterWork & { readonly count: CountRouting }): RouteItem {
  const { outlets, configuration, clock, count, tracing = noTracing } = work;
  return async (item, { deliveryCount }) => {
    let target: RoutingTarget | undefined;
    const startedAtMs = clock.monotonicMs();
    const context = {
      configuration: configuration.current,
      nowMs: clock.nowMs(),
      isRedelivered: deliveryCount > 1,
      onDispatched: (taker: RoutingTarget) => {
        target = taker;
      },
    };
    const result = await routeMessage(item, context, outlets);
    count(result, target, item.message.segments);
    traceRouting(tracing, item, { result, startedAtMs, target });
  };
}

/** Messages in hand: as many as a dozen full batches. */
const maxItemsInHand = 1024;

/** Routes what is accepted and what comes again, most urgent lane first. */
export function consumeSubmissions(
  { bus, publisher, clock, producer }: RouterWork,
  handle: RouteItem,
): BatchConsumer {
  return consumeBatches<SubmitItem>(bus, {
    // What comes again and what is new in one lane take turns.
    sources: routerConsumers().map(({ stream, durable }, index) => ({
      ...{ stream, durable, level: index >> 1 },
    })),
    decode: decodeSubmitBatch,
    handle,
    deadLetter: deadLetters(publisher, {
      origin: 'router',
      encode: (item) => encodeSubmitBatch([item], producer),
      messageIdOf: (item) => item.message.id,
      nowMs: () => clock.nowMs(),
    }),
    maxItemsInHand,
  });
}
