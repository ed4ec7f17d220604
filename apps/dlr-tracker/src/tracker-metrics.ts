// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { DeliverKind, Report } from '@sendium/contracts';
import { messageIdTimeMs } from '@sendium/message';
import type { Metrics } from '@sendium/telemetry';
import type { ParkedReceipt } from '@sendium/store';
import { isIntermediate } from '@sendium/receipts';
import { hasEnded, newReceipts, type Step } from './ledger.ts';

/** Counts what steps brought. */
export function countSteps(metrics: Metrics): (steps: readonly Step[]) => void {
  return (steps) => {
    for (const step of steps) {
      for (const { connector, state } of newReceipts(step)) {
        metrics.counter('sendium_delivery_reports_total', { connector, status: state }).inc();
      }
      if (hasEnded(step)) countEnd(metrics, step);
    }
  };
}

function countEnd(metrics: Metrics, step: Step): void {
  const { status, message } = step.next;
  if (message !== undefined) metrics.countAccountMessage(message.account, status);
  metrics.counter('sendium_messages_final_total', { status }).inc();
  const last = newReceipts(step).findLast(({ state }) => !isIntermediate(state));
  if (last === undefined) return;
  const seconds = Math.max(0, last.atMs - messageIdTimeMs(step.messageId)) / 1000;
  metrics
    .histogram('sendium_delivery_latency_seconds', { connector: last.connector })
    .observe(seconds);
}

/** Counts reports by what is reported and where it went. */
export function countReports(
  metrics: Metrics,
): (report: Report, went: 'queued' | 'dead', way: DeliverKind) => void {
  return ({ status }, went, way) => {
    metrics.counter('sendium_reports_total', { way, status, result: went }).inc();
    if (went === 'dead') {
      metrics.counter('sendium_dead_letters_total', { origin: 'tracker-reports' }).inc();
    }
  };
}

/** Counts receipts that found no message. */
export function countUnmatched(metrics: Metrics): (receipt: ParkedReceipt, reason: string) => void {
  return ({ receipt: { connector } }, reason) => {
    metrics.counter('sendium_delivery_report_unmatched_total', { connector, reason }).inc();
    metrics.counter('sendium_dead_letters_total', { origin: 'tracker' }).inc();
  };
}
