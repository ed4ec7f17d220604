// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { deliverIdOf, type DeliverItem } from '@sendium/contracts';

/** An item for one endpoint. */
export type NamedItem = DeliverItem & { readonly endpoint: string };

/** Comes sooner than it was to. */
export interface Hurried {
  readonly item: NamedItem;
  /** Not before that. */
  readonly earliestMs: number;
}

interface Pending {
  readonly item: NamedItem;
  readonly dueAtMs: number;
  /** It was called in vain; else it waits behind another. */
  readonly isTried: boolean;
}

const mostPerLane = 100;
const mostHurried = 10_000;
/** What comes within this time need not be hurried. */
const soonMs = 3000;
const firstGapMs = 5000;
const mostGapMs = 3_600_000;

/**
 * What waits for its own time, perhaps for hours, by endpoint: so that it need not when the endpoint works
 * again before. Bounded: what is not remembered comes at its time. An endpoint that fails and works by turns
 * must not use up an event's attempts: to come sooner costs none, and is granted at growing distances.
 */
export class PendingRetries {
  readonly #byLane = new Map<string, Map<string, Pending>>();
  /** How often what was tried came sooner. */
  readonly #hurried = new Map<string, number>();

  /** It waits until then, as it stands in its timer. */
  add(lane: string, pending: Pending): void {
    const items = this.#byLane.get(lane) ?? new Map<string, Pending>();
    this.#byLane.set(lane, items);
    const id = deliverIdOf(pending.item);
    items.delete(id);
    if (items.size < mostPerLane) items.set(id, pending);
  }

  /** It waits no more. */
  remove(lane: string, item: DeliverItem): void {
    const items = this.#byLane.get(lane);
    if (items?.delete(deliverIdOf(item)) === true && items.size === 0) this.#byLane.delete(lane);
  }

  /** It does not come again. */
  forget(lane: string, item: DeliverItem): void {
    this.#hurried.delete(keyOf(lane, item));
  }

  /** What waits and may come sooner, in order; it waits no more. */
  take(lane: string, nowMs: number): readonly Hurried[] {
    const items = this.#byLane.get(lane) ?? new Map<string, Pending>();
    return [...items].flatMap(([id, pending]) => {
      // Its timer may have fired already: it would come twice.
      if (pending.dueAtMs <= nowMs + soonMs) return [];
      const hurried = pending.isTried
        ? this.#hurry(lane, pending, nowMs)
        : { item: pending.item, earliestMs: nowMs };
      if (hurried === undefined) return [];
      items.delete(id);
      if (items.size === 0) this.#byLane.delete(lane);
      return [hurried];
    });
  }

  #hurry(lane: string, { item, dueAtMs }: Pending, nowMs: number): Hurried | undefined {
    const key = keyOf(lane, item);
    const times = this.#hurried.get(key) ?? 0;
    const earliestMs =
      nowMs + (times === 0 ? 0 : Math.min(mostGapMs, firstGapMs * 2 ** (times - 1)));
    if (earliestMs >= dueAtMs) return undefined;
    this.#hurried.delete(key);
    this.#hurried.set(key, times + 1);
    if (this.#hurried.size > mostHurried) this.#dropOldest();
    return { item: { ...item, tries: Math.max(0, item.tries - 1) }, earliestMs };
  }

  #dropOldest(): void {
    for (const oldest of this.#hurried.keys()) {
      this.#hurried.delete(oldest);
      break;
    }
  }
}

function keyOf(lane: string, item: DeliverItem): string {
  return `${lane} ${deliverIdOf(item)}`;
}
