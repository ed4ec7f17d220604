// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Bus } from './bus.ts';
import type { Delivery } from './delivery.ts';
import { RecentKeys } from './recent-keys.ts';

/** A batch that we have and have not yet acknowledged. */
export interface HeldBatch<T> {
  delivery: Delivery;
  readonly source: number;
  /** Undefined until the first item is handed out. */
  items: readonly T[] | undefined;
  /** Index of the next item to hand out. */
  next: number;
  /** Items handed out and not yet at their end. */
  open: number;
  /** An item was given up: the batch goes back as a whole. */
  isGivenUp: boolean;
  touchedAtMs: number;
}

const doneRemembered = 4096;

/**
 * What we hold, by stored message, and what we have finished of late. Invariants:
 * 1. A batch is acknowledged once every item is at its end, and kept alive until then.
 * 2. A second delivery of what we hold is dropped; the newer acknowledgement subject is used.
 * 3. A second delivery of what we have finished is acknowledged again and not handed out: after a kill
 *    of the server dozens of finished batches come back.
 * 4. While disconnected nothing is sent; acknowledgements that are due wait (bounded by what is held).
 */
export class HeldBatches<T> {
  readonly #bus: Bus;
  readonly #held = new Map<string, HeldBatch<T>>();
  readonly #done = new RecentKeys(doneRemembered);
  readonly #keepAliveMs: number;
  #owedAcks: string[] = [];

  constructor(bus: Bus, keepAliveMs: number) {
    this.#bus = bus;
    this.#keepAliveMs = keepAliveMs;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Takes the delivery; undefined when we have it already, or have finished it. */
  admit(delivery: Delivery, source: number): HeldBatch<T> | undefined {
    const key = keyOf(delivery, source);
    const known = this.#held.get(key);
    if (known !== undefined) {
      known.delivery = delivery;
      return undefined;
    }
    if (this.#done.has(key)) {
      this.#ack(delivery.ackSubject);
      return undefined;
    }
    const batch: HeldBatch<T> = {
      delivery,
      source,
      items: undefined,
      next: 0,
      open: 0,
      isGivenUp: false,
      touchedAtMs: performance.now(),
    };
    this.#held.set(key, batch);
    return batch;
  }

  /** Every item is at its end. */
  finish(batch: HeldBatch<T>): void {
    const key = keyOf(batch.delivery, batch.source);
    if (!this.#held.delete(key)) return;
    this.#done.add(key);
    this.#ack(batch.delivery.ackSubject);
  }

  /** Gives it back: the next reader gets it at once. */
  giveBack(batch: HeldBatch<T>): void {
    if (!this.#held.delete(keyOf(batch.delivery, batch.source))) return;
    this.#bus.publish(batch.delivery.ackSubject, '-NAK');
  }

  /** Gives back a delivery that was never admitted. */
  refuse(delivery: Delivery): void {
    this.#bus.publish(delivery.ackSubject, '-NAK');
  }

  giveBackAll(): void {
    for (const batch of [...this.#held.values()]) this.giveBack(batch);
  }

  /** Tells the server that we still work on what we have held for a while. */
  keepAlive(nowMs: number, ageMs = this.#keepAliveMs): void {
    for (const batch of this.#held.values()) {
      if (nowMs - batch.touchedAtMs < ageMs) continue;
      if (this.#bus.publish(batch.delivery.ackSubject, '+WPI')) batch.touchedAtMs = nowMs;
    }
  }

  /** Sends the acknowledgements that came due while disconnected. */
  sendOwedAcks(): void {
    const owed = this.#owedAcks;
    this.#owedAcks = [];
    for (const ackSubject of owed) this.#ack(ackSubject);
  }

  #ack(ackSubject: string): void {
    if (!this.#bus.publish(ackSubject, '+ACK')) this.#owedAcks.push(ackSubject);
  }
}

// The same sequence exists in each stream.
function keyOf(delivery: Delivery, source: number): string {
  return `${source}:${delivery.key}`;
}
