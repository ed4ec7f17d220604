// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { readQueues, type Bus, type QueueReport } from '@sendium/bus';
import { streams } from '@sendium/contracts';
import type { Logger } from '@sendium/runtime';
import type { Metrics } from '@sendium/telemetry';

const everyMs = 5000;

/** What is looked at, and where it is shown. */
export interface QueueWatch {
  readonly bus: Bus;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/**
 * Shows what waits in the queues, for all services: every replica shows the same, so whoever adds up takes
 * the greatest.
 */
export function observeQueues({ bus, metrics, log }: QueueWatch): AsyncDisposable {
  const show = showQueues(metrics);
  let looking: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    if (!bus.isConnected) return;
    try {
      show(await readQueues(bus, Date.now()));
    } catch (err) {
      log.warn({ err }, 'the queues cannot be looked at now');
    }
  };
  const begin = (): void => {
    looking ??= look().finally(() => (looking = undefined));
  };
  begin();
  const timer = setInterval(begin, everyMs);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await looking;
    },
  };
}

/** Sets the gauges; a reader that is gone has nothing to do. */
export function showQueues(metrics: Metrics): (report: QueueReport) => void {
  const dead = metrics.gauge('sendium_dlq_messages', {});
  let shown = new Map<string, QueueReport['readers'][number]>();
  return ({ streams: found, readers }) => {
    for (const { stream, messages, bytes, limitBytes } of found) {
      metrics.gauge('sendium_stream_messages', { stream }).set(messages);
      metrics.gauge('sendium_stream_bytes', { stream }).set(bytes);
      if (limitBytes !== undefined) {
        metrics.gauge('sendium_stream_limit_bytes', { stream }).set(limitBytes);
      }
      if (stream === streams.dead) dead.set(messages);
    }
    const now = new Map(readers.map((each) => [`${each.stream} ${each.reader}`, each]));
    for (const [key, gone] of shown) {
      if (!now.has(key)) now.set(key, { ...gone, waiting: 0, inHand: 0, oldestAgeMs: 0 });
    }
    for (const { stream, reader: consumer, waiting, inHand, oldestAgeMs } of now.values()) {
      const labels = { stream, consumer };
      metrics.gauge('sendium_queue_messages', labels).set(waiting);
      metrics.gauge('sendium_queue_ack_pending', labels).set(inHand);
      metrics.gauge('sendium_queue_oldest_age_seconds', labels).set(oldestAgeMs / 1000);
    }
    shown = now;
  };
}
