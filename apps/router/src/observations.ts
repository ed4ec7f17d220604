// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Metrics } from '@sendium/telemetry';
import type { RoutingResult, RoutingTarget } from './route-message.ts';

/** Told of each decision, and of where so many segments went. */
export type CountRouting = (
  result: RoutingResult | 'kept',
  target?: RoutingTarget,
  segments?: number,
) => void;

/** Counts decisions by what came of them. */
export function countRouting(metrics: Metrics): CountRouting {
  const of = (result: RoutingResult | 'kept') =>
    metrics.counter('sendium_messages_routed_total', { result });
  const cells = {
    dispatched: of('dispatched'),
    scheduled: of('scheduled'),
    postponed: of('postponed'),
    expired: of('expired'),
    failed: of('failed'),
    kept: of('kept'),
  } as const;
  return (result, target, segments = 0) => {
    cells[result].inc();
    if (target === undefined) return;
    metrics
      .counter('sendium_message_segments_total', { connector: target.connector })
      .inc(segments);
  };
}

/** Counts dead letters by their origin. */
export function countBuried(metrics: Metrics): (origin: string) => void {
  return (origin) => metrics.counter('sendium_dead_letters_total', { origin }).inc();
}
