// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { deliverIdOf, type DeliverItem } from '@sendium/contracts';

/** An item for one endpoint. */
export type NamedItem = DeliverItem & { readonly endpoint: string };

const mostPerLane = 100;

/**
 * What waits for its own time, perhaps for hours, by endpoint: so that it need not when the endpoint works
 * again before. Bounded: what is not remembered comes at its time.
 */
export class PendingRetries {
  readonly #byLane = new Map<string, Map<string, NamedItem>>();

  /** It waits, as it stands in its timer. */
  add(lane: string, item: NamedItem): void {
    const items = this.#byLane.get(lane) ?? new Map<string, NamedItem>();
    this.#byLane.set(lane, items);
    const id = deliverIdOf(item);
    items.delete(id);
    if (items.size < mostPerLane) items.set(id, item);
  }

  /** It waits no more. */
  remove(lane: string, item: DeliverItem): void {
    const items = this.#byLane.get(lane);
    if (items?.delete(deliverIdOf(item)) === true && items.size === 0) this.#byLane.delete(lane);
  }

  /** All that waits, in order; it is forgotten. */
  take(lane: string): readonly NamedItem[] {
    const items = [...(this.#byLane.get(lane)?.values() ?? [])];
    this.#byLane.delete(lane);
    return items;
  }
}
