// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/*
 * What the carrier owes its clients: receipts and inbound messages, until each was acknowledged.
 *
 * O1. An item leaves only by deliver_sm_resp with ESME_ROK. A refused one is sent again after
 *     `deliverRetryMs`, one without an answer after `deliverTimeoutMs`, those on a lost bind at once,
 *     over any bind of the same system_id that may receive.
 * O2. An item is in exactly one place: with the clock (not yet due), waiting, or in flight on one
 *     bind. An answer counts only while its item is in flight on the bind that the answer came by.
 * O3. Memory is bounded: beyond `maxItems` new items are dropped and counted. Nothing is on disk.
 * O4. An answer that is lost on purpose is one that never came: the connection ends with it, and the
 *     item goes on as one on a lost bind.
 */
import type { Agenda } from './agenda.ts';
import type { Link } from './link.ts';
import type { Settings } from './settings.ts';
import type { Delivery } from './submission.ts';

/** Something owed; made when it is sent, because most wait as numbers rather than as octets. */
export interface Item {
  readonly kind: 'receipt' | 'message';
  readonly systemId: string;
  /** The bind its message came by; preferred under `receiptBind: same`. */
  readonly origin?: Receiver | undefined;
  readonly make: () => Delivery;
  /** So many answers more are not read: the connection is ended in place. */
  answersToLose?: number;
}

/** A bind that receives. */
export interface Receiver {
  readonly systemId: string;
  readonly link: Link;
  readonly inFlight: Map<Item, number>;
}

/** Counters of one kind of item. */
export interface OutboxCounts {
  /** Made so far, the dropped ones not counted. */
  made: number;
  /** deliver_sm written, repetitions counted each time. */
  sent: number;
  /** Acknowledged by ESME_ROK. */
  acked: number;
  /** deliver_sm answered otherwise. */
  refused: number;
  /** Answers that were lost on purpose. */
  lost: number;
  dropped: number;
}

const maxItems = 1_000_000;
const zero = (): OutboxCounts => ({ made: 0, sent: 0, acked: 0, refused: 0, lost: 0, dropped: 0 });

class Queue {
  readonly receivers: Receiver[] = [];
  #items: Item[] = [];
  #head = 0;
  turn = 0;

  push(item: Item): void {
    this.#items.push(item);
  }

  unshift(items: readonly Item[]): void {
    this.#items = [...items, ...this.#items.slice(this.#head)];
    this.#head = 0;
  }

  peek(): Item | undefined {
    return this.#items[this.#head];
  }

  shift(): void {
    this.#head += 1;
    if (this.#head < 4_096 || this.#head * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}

export class Outbox {
  readonly #agenda: Agenda;
  readonly #settings: () => Settings;
  readonly #queues = new Map<string, Queue>();
  #pending = 0;
  #generation = 0;
  counts = { receipt: zero(), message: zero() };

  constructor(agenda: Agenda, settings: () => Settings) {
    this.#agenda = agenda;
    this.#settings = settings;
  }

  /** Items that are not acknowledged yet, those not yet due included. */
  get pending(): number {
    return this.#pending;
  }

  /** Takes an item, to be sent at once or at `dueMs` of the agenda's clock. */
  add(item: Item, dueMs?: number): void {
    const counts = this.counts[item.kind];
    if (this.#pending >= maxItems) {
      counts.dropped += 1;
      return;
    }
    counts.made += 1;
    this.#pending += 1;
    if (dueMs === undefined) this.#enter(item);
    else this.#later(item, dueMs);
  }

  attach(receiver: Receiver): void {
    const queue = this.#queue(receiver.systemId);
    queue.receivers.push(receiver);
    this.#pump(queue);
  }

  /** The bind is gone: what was in flight on it goes to the others, before everything else. */
  detach(receiver: Receiver): void {
    const queue = this.#queue(receiver.systemId);
    const index = queue.receivers.indexOf(receiver);
    if (index < 0) return;
    queue.receivers.splice(index, 1);
    queue.unshift([...receiver.inFlight.keys()]);
    receiver.inFlight.clear();
    this.#pump(queue);
  }

  /** Sends again what has waited too long for its answer. */
  sweep(): void {
    const before = this.#agenda.now() - this.#settings().deliverTimeoutMs;
    for (const queue of this.#queues.values()) {
      for (const { inFlight } of queue.receivers)
        for (const item of sentUntil(before, inFlight)) {
          inFlight.delete(item);
          queue.push(item);
        }
      this.#pump(queue);
    }
  }

  /** Forgets all items and counts. */
  clear(): void {
    this.#generation += 1;
    this.#pending = 0;
    this.counts = { receipt: zero(), message: zero() };
    for (const queue of this.#queues.values()) {
      queue.clear();
      for (const receiver of queue.receivers) receiver.inFlight.clear();
    }
  }

  #queue(systemId: string): Queue {
    const known = this.#queues.get(systemId);
    if (known !== undefined) return known;
    const queue = new Queue();
    this.#queues.set(systemId, queue);
    return queue;
  }

  #enter(item: Item): void {
    const queue = this.#queue(item.systemId);
    queue.push(item);
    this.#pump(queue);
  }

  #later(item: Item, dueMs: number): void {
    const generation = this.#generation;
    this.#agenda.at(dueMs, () => {
      if (generation === this.#generation) this.#enter(item);
    });
  }

  #pump(queue: Queue): void {
    for (let item = queue.peek(); item !== undefined; item = queue.peek()) {
      const receiver = this.#choose(queue, item);
      if (receiver === undefined) return;
      queue.shift();
      this.#send(queue, receiver, item);
    }
  }

  /** O4. */
  #isLost(item: Item, receiver: Receiver): boolean {
    const { answersToLose = 0 } = item;
    if (answersToLose === 0 || !receiver.inFlight.has(item)) return false;
    item.answersToLose = answersToLose - 1;
    this.counts[item.kind].lost += 1;
    receiver.link.destroy();
    return true;
  }

  #choose(queue: Queue, item: Item): Receiver | undefined {
    const { deliverWindow, receiptBind } = this.#settings();
    const { receivers } = queue;
    if (receiptBind === 'same' && item.origin !== undefined && receivers.includes(item.origin))
      return item.origin.inFlight.size < deliverWindow ? item.origin : undefined;
    for (let step = 0; step < receivers.length; step += 1) {
      queue.turn = (queue.turn + 1) % receivers.length;
      const receiver = receivers[queue.turn];
      if (receiver !== undefined && receiver.inFlight.size < deliverWindow) return receiver;
    }
    return undefined;
  }

  #send(queue: Queue, receiver: Receiver, item: Item): void {
    const counts = this.counts[item.kind];
    counts.sent += 1;
    receiver.inFlight.set(item, this.#agenda.now());
    receiver.link.deliver(item.make(), (status) => {
      if (this.#isLost(item, receiver)) return;
      if (!receiver.inFlight.delete(item)) return;
      if (status === 0) {
        counts.acked += 1;
        this.#pending -= 1;
      } else {
        counts.refused += 1;
        this.#later(item, this.#agenda.now() + this.#settings().deliverRetryMs);
      }
      this.#pump(queue);
    });
  }
}

/** The items sent until then; a map keeps the order of sending, so the first younger one ends it. */
function sentUntil(ms: number, inFlight: ReadonlyMap<Item, number>): readonly Item[] {
  const found: Item[] = [];
  for (const [item, sentMs] of inFlight) {
    if (sentMs > ms) break;
    found.push(item);
  }
  return found;
}
