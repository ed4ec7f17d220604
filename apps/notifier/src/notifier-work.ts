// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Bus, BusLog, Publisher } from '@sendium/bus';
import type { Tracing } from '@sendium/telemetry';
import type { RestTimes } from './circuit.ts';
import type { EndpointStates } from './endpoint-states.ts';
import type { NotifierMetrics } from './notifier-metrics.ts';
import type { WaitingEvents } from './waiting-events.ts';

/** What giving webhooks stands on. */
export interface NotifierWork {
  readonly bus: Bus;
  readonly publisher: Publisher;
  readonly producer: string;
  readonly log: BusLog;
  readonly metrics: NotifierMetrics;
  readonly tracing?: Tracing;
  readonly states: EndpointStates;
  readonly nowMs: () => number;
  /** From 0 to 1. */
  readonly dice: () => number;
  /** The wait before each attempt, the first included. */
  readonly retryDelaysMs: readonly number[];
  readonly rest: RestTimes;
  /** Of all endpoints. */
  readonly waiting: WaitingEvents;
  /** For `User-Agent`. */
  readonly userAgent: string;
}
