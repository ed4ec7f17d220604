// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { CounterCell, HistogramCell } from './cells.ts';
import type { Metrics } from './metrics.ts';

/** Told of what passes over the queues. Quick, and never throws. */
export interface BusCounts {
  /** A batch of so many items left for the stream. */
  published(stream: string, items: number): void;
  /** A stream message came again to this reader. */
  redelivered(stream: string, reader: string): void;
  /** Asks for a number whenever somebody looks: items taken and not yet durable. */
  watchPending(pending: () => number): void;
  /** Likewise for the version of the configuration in force. */
  watchConfiguration(version: () => number): void;
}

/** Counts on the service's metrics. */
export function observeBus(metrics: Metrics): BusCounts {
  const batches = new Map<string, HistogramCell>();
  const again = new Map<string, CounterCell>();
  const watched: (() => number)[] = [];
  const pending = metrics.gauge('sendium_publish_pending_items', {});
  metrics.beforeRender(() => pending.set(watched.reduce((sum, each) => sum + each(), 0)));
  return {
    published(stream, items) {
      let cell = batches.get(stream);
      if (cell === undefined) {
        cell = metrics.histogram('sendium_publish_batch_items', { stream });
        batches.set(stream, cell);
      }
      cell.observe(items);
    },
    redelivered(stream, reader) {
      const key = `${stream} ${reader}`;
      let cell = again.get(key);
      if (cell === undefined) {
        cell = metrics.counter('sendium_queue_redelivered_total', { stream, consumer: reader });
        again.set(key, cell);
      }
      cell.inc();
    },
    watchPending: (count) => void watched.push(count),
    watchConfiguration: (current) => {
      const version = metrics.gauge('sendium_configuration_version', {});
      metrics.beforeRender(() => version.set(current()));
    },
  };
}
