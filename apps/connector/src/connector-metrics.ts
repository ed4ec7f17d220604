// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { commandStatus } from '@sendium/smpp-pdu';
import type { Metrics } from '@sendium/telemetry';

/** What a connector counts beside its submissions. */
export interface ConnectorMetrics {
  readonly bindFailed: (reason: string) => void;
  readonly malformed: (reason: string) => void;
  /** What the carrier sent was answered. */
  readonly answered: (kind: 'receipt' | 'message', status: number) => void;
}

/** Counts on the service's metrics. */
export function createConnectorMetrics(metrics: Metrics, connector: string): ConnectorMetrics {
  const role = 'client';
  const pdus = (command: string, direction: 'in' | 'out') =>
    metrics.counter('sendium_smpp_pdus_total', { role, command, direction });
  const deliverSm = pdus('deliver_sm', 'in');
  const taken = pdus('deliver_sm_resp', 'out');
  return {
    bindFailed: (reason) => {
      metrics.counter('sendium_smpp_bind_failures_total', { reason }).inc();
    },
    malformed: (reason) => {
      metrics.counter('sendium_smpp_malformed_total', { reason }).inc();
    },
    answered: (kind, status) => {
      const result = status === commandStatus.ESME_ROK ? 'taken' : 'refused';
      deliverSm.inc();
      if (result === 'taken') taken.inc();
      metrics.counter('sendium_inbound_pdus_total', { connector, kind, result }).inc();
    },
  };
}
