// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { DeliverItem } from '@sendium/contracts';
import type { Metrics } from '@sendium/telemetry';
import type { CallOutcome } from './call-outcome.ts';
import type { Deferral } from './endpoint-lane.ts';

/** How an item ended for one endpoint, or for all of them. */
export type NoticeResult = 'delivered' | 'put_off' | 'dead' | 'dropped' | 'given_back';

/** What giving webhooks counts. */
export interface NotifierMetrics {
  called(outcome: CallOutcome, seconds: number): void;
  deferred(why: Deferral): void;
  ended(item: DeliverItem, result: NoticeResult): void;
}

/** Counts on the service's metrics. */
export function createNotifierMetrics(metrics: Metrics): NotifierMetrics {
  const duration = metrics.histogram('sendium_webhook_duration_seconds', {});
  const dead = metrics.counter('sendium_dead_letters_total', { origin: 'webhook' });
  return {
    called: (outcome, seconds) => {
      const result = outcome.kind === 'failed' ? outcome.result : outcome.kind;
      metrics.counter('sendium_webhook_attempts_total', { result }).inc();
      duration.observe(seconds);
    },
    deferred: (why) => metrics.counter('sendium_webhook_deferred_total', { reason: why }).inc(),
    ended: (item, result) => {
      if (result === 'dead') dead.inc();
      const status = item.kind === 'report' ? item.status : item.kind;
      if (item.kind === 'report') metrics.countAccountReport(item.account, 'webhook', result);
      metrics.counter('sendium_reports_total', { way: 'webhook', status, result }).inc();
    },
  };
}
