// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Channel } from '@sendium/contracts';

/** An item that the publisher has taken and not yet settled. */
export interface TakenItem {
  readonly item: unknown;
  readonly bytes: number;
  /** By `performance.now()`. */
  readonly takenAtMs: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export interface BatchBounds {
  readonly maxItems: number;
  readonly maxBytes: number;
}

/** A batch as it leaves; `isPartial` when it could have held more. */
export interface LaneBatch {
  readonly items: readonly TakenItem[];
  readonly isPartial: boolean;
}

/**
 * The items of one subject that wait to leave, and how many batches of it are under way. The rule of
 * group commit is here: a full batch may leave while fewer than `maxInFlight` are under way, a partial
 * one only while no other partial one is.
 */
export class SubjectLane {
  readonly channel: Channel<unknown>;
  readonly #bounds: BatchBounds;
  readonly #maxInFlight: number;
  #items: TakenItem[] = [];
  #inFlight = 0;
  #isPartialInFlight = false;

  constructor(channel: Channel<unknown>, bounds: BatchBounds, maxInFlight: number) {
    this.channel = channel;
    this.#bounds = bounds;
    this.#maxInFlight = maxInFlight;
  }

  get isIdle(): boolean {
    return this.#items.length === 0 && this.#inFlight === 0;
  }

  add(item: TakenItem): void {
    this.#items.push(item);
  }

  /** The next batch that may leave now. */
  take(): LaneBatch | undefined {
    if (this.#items.length === 0 || this.#inFlight >= this.#maxInFlight) return undefined;
    const { count, isFull } = this.#nextBatch();
    if (!isFull && this.#isPartialInFlight) return undefined;
    this.#inFlight++;
    if (!isFull) this.#isPartialInFlight = true;
    const rest = this.#items;
    this.#items = rest.slice(count);
    return { items: rest.slice(0, count), isPartial: !isFull };
  }

  /** One batch has settled. */
  settled(batch: LaneBatch): void {
    this.#inFlight--;
    if (batch.isPartial) this.#isPartialInFlight = false;
  }

  /** Takes out what was taken before the time, oldest first. */
  takeOlderThan(timeMs: number): readonly TakenItem[] {
    const count = this.#items.findIndex((item) => item.takenAtMs >= timeMs);
    return this.#items.splice(0, count === -1 ? this.#items.length : count);
  }

  #nextBatch(): { count: number; isFull: boolean } {
    let bytes = 0;
    let count = 0;
    for (const item of this.#items) {
      bytes += item.bytes;
      // One item alone may be larger than a batch should be.
      if (count > 0 && bytes > this.#bounds.maxBytes) return { count, isFull: true };
      count++;
      if (count === this.#bounds.maxItems) return { count, isFull: true };
    }
    return { count, isFull: false };
  }
}
