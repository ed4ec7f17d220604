// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Metrics } from '@sendium/telemetry';
import { statusOf, type SmppItem } from './smpp-item.ts';

/** How a report or an SMS ended here. */
export type DeliveryResult = 'delivered' | 'put_off' | 'refused' | 'dropped' | 'given_back';

/** What giving them counts. */
export interface DeliveryMetrics {
  offered(): void;
  answered(): void;
  ended(item: SmppItem, result: DeliveryResult): void;
}

/** Counts on the service's metrics. */
export function createDeliveryMetrics(metrics: Metrics): DeliveryMetrics {
  const pdus = (command: string, direction: 'in' | 'out') =>
    metrics.counter('sendium_smpp_pdus_total', { role: 'server', command, direction });
  const requests = pdus('deliver_sm', 'out');
  const answers = pdus('deliver_sm_resp', 'in');
  return {
    offered: () => requests.inc(),
    answered: () => answers.inc(),
    ended: (item, result) => {
      const status = statusOf(item);
      if (item.kind === 'report') metrics.countAccountReport(item.account, 'smpp', result);
      metrics.counter('sendium_reports_total', { way: 'smpp', status, result }).inc();
    },
  };
}
