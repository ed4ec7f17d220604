// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Metrics } from './metrics.ts';

/** How full a store is, as last read. */
export interface StoreFill {
  readonly usedBytes: number;
  readonly limitBytes: number | undefined;
}

/** Shows how full JetStream's store is, to whoever looks at the metrics. */
export function observeStore(metrics: Metrics, store: StoreFill): void {
  const used = metrics.gauge('sendium_store_used_bytes', {});
  const limit = metrics.gauge('sendium_store_limit_bytes', {});
  metrics.beforeRender(() => {
    used.set(store.usedBytes);
    limit.set(store.limitBytes ?? 0);
  });
}
