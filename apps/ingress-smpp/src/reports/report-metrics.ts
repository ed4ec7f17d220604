// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Report } from '@sendium/contracts';
import type { Metrics } from '@sendium/telemetry';

/** How a report ended here. */
export type ReportResult = 'delivered' | 'put_off' | 'refused' | 'dropped' | 'given_back';

/** What giving reports counts. */
export interface ReportMetrics {
  offered(): void;
  answered(): void;
  ended(report: Report, result: ReportResult): void;
}

/** Counts on the service's metrics. */
export function createReportMetrics(metrics: Metrics): ReportMetrics {
  const pdus = (command: string, direction: 'in' | 'out') =>
    metrics.counter('sendium_smpp_pdus_total', { role: 'server', command, direction });
  const requests = pdus('deliver_sm', 'out');
  const answers = pdus('deliver_sm_resp', 'in');
  return {
    offered: () => requests.inc(),
    answered: () => answers.inc(),
    ended: ({ status, account }, result) => {
      metrics.countAccountReport(account, 'smpp', result);
      metrics.counter('sendium_reports_total', { way: 'smpp', status, result }).inc();
    },
  };
}
