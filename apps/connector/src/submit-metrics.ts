// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Decision } from '@sendium/delivery';
import type { CounterCell, Metrics } from '@sendium/telemetry';

/** What the submitter counts. */
export interface SubmitMetrics {
  /** One submit_sm was handed to its session. */
  sent(): void;
  /** One submit_sm was answered: after so long, with this decision. */
  answered(durationMs: number, decision: Decision): void;
  /** One submit_sm was written and its answer never seen. */
  unanswered(): void;
}

const resultOf = {
  submitted: 'ok',
  throttled: 'throttled',
  retry: 'transient',
  resend: 'transient',
  next_target: 'permanent',
  rejected: 'permanent',
  failed: 'permanent',
  unknown: 'timeout',
} as const satisfies Readonly<Record<Decision['kind'], string>>;

/** Counts on the service's metrics, under the connector's name; `onSent` is told of each submit_sm. */
export function createSubmitMetrics(
  metrics: Metrics,
  connector: string,
  onSent: () => void,
): SubmitMetrics {
  const duration = metrics.histogram('sendium_submit_duration_seconds', { connector });
  const unknown = metrics.counter('sendium_submit_unknown_outcome_total', { connector });
  const cells = new Map<string, CounterCell>(
    [...new Set([...Object.values(resultOf), 'timeout'])].map((result) => [
      result,
      metrics.counter('sendium_submit_total', { connector, result }),
    ]),
  );
  const pdus = (command: string, direction: 'in' | 'out') =>
    metrics.counter('sendium_smpp_pdus_total', { role: 'client', command, direction });
  const requests = pdus('submit_sm', 'out');
  const responses = pdus('submit_sm_resp', 'in');
  return {
    sent() {
      requests.inc();
      onSent();
    },
    answered(durationMs, decision) {
      responses.inc();
      duration.observe(durationMs / 1000);
      cells.get(resultOf[decision.kind])?.inc();
    },
    unanswered() {
      unknown.inc();
      cells.get('timeout')?.inc();
    },
  };
}
