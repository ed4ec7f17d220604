// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { FollowedConfiguration } from '@sendium/bus';
import type { Metrics } from '@sendium/telemetry';
import type { RoutingResult } from './route-message.ts';

/** Counts decisions by what came of them. */
export function countRouting(metrics: Metrics): (result: RoutingResult) => void {
  const of = (result: RoutingResult) =>
    metrics.counter('sendium_messages_routed_total', { result });
  const cells = {
    dispatched: of('dispatched'),
    scheduled: of('scheduled'),
    postponed: of('postponed'),
    expired: of('expired'),
    failed: of('failed'),
  } as const;
  return (result) => cells[result].inc();
}

/** Shows which version of the configuration is in force. */
export function observeConfiguration(metrics: Metrics, configuration: FollowedConfiguration): void {
  const version = metrics.gauge('sendium_configuration_version', {});
  metrics.beforeRender(() => version.set(configuration.current.version));
}

/** Counts dead letters by their origin. */
export function countBuried(metrics: Metrics): (origin: string) => void {
  return (origin) => metrics.counter('sendium_dead_letters_total', { origin }).inc();
}
