// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Reading batches, working on their items. Invariants:
 * 1. A batch is acknowledged only when every item of it is at its end: `handle` resolved (its durable
 *    successor exists) or its dead letter is durable.
 * 2. At most `maxItemsInHand` items are in hand; of each source at most about `lookAheadBatches` batches
 *    wait here. So a flood in one lane delays a more urgent lane by what is in hand, no more.
 * 3. An item fails alone. TransientError: tried again in place, for ever. TerminalError: to DEAD. Any
 *    other error: a few tries, then to DEAD. So does what cannot be decoded: the one item, or the whole
 *    batch when not even its frame can be read.
 * 4. What is held is kept alive at the server, however slow the work is.
 * 5. While disconnected nothing new is handed out; after each connect `beforePull` runs first.
 * 6. Disposing hands out the rest of the batches that are begun, waits for what is in hand (bounded),
 *    and gives everything else back, so that another reader gets it at once.
 */
import { pause } from '@sendium/runtime';
import type { Bus, BusStatus } from './bus.ts';
import { readerOf } from './stream-labels.ts';
import type { Delivery, DeliveryMeta } from './delivery.ts';
import { decodeApart } from './decode-apart.ts';
import { HandOutOrder } from './hand-out-order.ts';
import { HeldBatches, type HeldBatch } from './held-batches.ts';
import { bury, persist, reasonOf, type DeadDelivery, type ItemRules } from './item-runner.ts';
import { backOffMs } from './back-off.ts';
import { PullSource, type ConsumerName } from './pull-source.ts';

/** A consumer to read from; it must exist (see `applyTopology`), or come into being later. */
export interface BatchSource extends ConsumerName {
  /** 0 is the most urgent; sources of one level take turns. Default: the place in the list. */
  readonly level?: number;
}

export interface ConsumeOptions<T> {
  /** Most urgent first. */
  readonly sources: readonly BatchSource[];
  /** The items of a batch; what it cannot decode, alone or with others, goes to DEAD. */
  readonly decode: (octets: Uint8Array, meta: DeliveryMeta) => readonly T[];
  /** Resolves when the item's durable successor exists. */
  readonly handle: (item: T, meta: DeliveryMeta) => Promise<void>;
  /** Resolves when the dead letter is durable. */
  readonly deadLetter: (dead: DeadDelivery<T>) => Promise<void>;
  /** A function is asked each time; `resume` looks again after it has grown. */
  readonly maxItemsInHand: number | (() => number);
  /** Batches per source that wait here. Default 8. */
  readonly lookAheadBatches?: number;
  /** Runs at the start and after each reconnect, before anything is asked for or handed out. */
  readonly beforePull?: () => Promise<void>;
  /** How long disposing waits for what is in hand. Default 10,000. */
  readonly drainMs?: number;
  /** Held batches are kept alive this often. Default 5000, a third of the consumers' wait. */
  readonly keepAliveMs?: number;
}

/** A running consumer. */
export interface BatchConsumer extends AsyncDisposable {
  /** Items handed to `handle` and not yet at their end. */
  readonly itemsInHand: number;
  /** Batches held, waiting ones included. */
  readonly batchesHeld: number;
  /** Stops asking and handing out; gives back what is not begun; what is in hand goes on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

const tickMs = 250;

class BatchConsumerLoop<T> implements BatchConsumer {
  readonly #bus: Bus;
  readonly #options: ConsumeOptions<T>;
  readonly #lookAhead: number;
  readonly #sources: readonly PullSource[];
  readonly #order: HandOutOrder<T>;
  readonly #held: HeldBatches<T>;
  readonly #rules: ItemRules<T>;
  readonly #giveUp = new AbortController();
  readonly #ticker: NodeJS.Timeout;
  readonly #stopStatus: () => void;
  #switching: Promise<void> = Promise.resolve();
  #connection = 0;
  #isReady = false;
  #isPaused = false;
  #stopping: Promise<void> | undefined;
  #onEmpty: (() => void) | undefined;
  itemsInHand = 0;

  constructor(bus: Bus, options: ConsumeOptions<T>) {
    this.#bus = bus;
    this.#options = options;
    this.#lookAhead = options.lookAheadBatches ?? 8;
    this.#order = new HandOutOrder(options.sources.map(({ level }, index) => level ?? index));
    this.#held = new HeldBatches(bus, options.keepAliveMs ?? 5000);
    this.#rules = {
      handle: options.handle,
      deadLetter: options.deadLetter,
      giveUp: this.#giveUp.signal,
      onRetry: (error, tries) => {
        if (tries % 10 === 1) bus.log.warn({ err: error, tries }, 'item is tried again');
      },
    };
    this.#sources = options.sources.map((name, index) => this.#open(name, index));
    this.#stopStatus = bus.onStatus((status) => this.#onStatus(status));
    this.#ticker = setInterval(() => this.#tick(), tickMs);
    if (bus.isConnected) void this.#prepare();
  }

  get batchesHeld(): number {
    return this.#held.size;
  }

  pause(): Promise<void> {
    return this.#switch(async () => {
      this.#isPaused = true;
      await this.#stopPulling();
    });
  }

  resume(): Promise<void> {
    return this.#switch(() => {
      this.#isPaused = false;
      for (const source of this.#sources) source.start();
      this.#pump();
      this.#refillAll();
      return Promise.resolve();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  #open(name: ConsumerName, index: number): PullSource {
    const source = new PullSource(this.#bus, name, {
      onDelivery: (delivery) => this.#onDelivery(delivery, index),
      onLate: (delivery) => this.#held.refuse(delivery),
      onRoom: () => this.#refill(index),
    });
    source.start();
    return source;
  }

  #switch(change: () => Promise<void>): Promise<void> {
    this.#switching = this.#switching.then(async () => {
      if (this.#stopping === undefined) await change();
    });
    return this.#switching;
  }

  #onStatus(status: BusStatus): void {
    this.#connection++;
    this.#isReady = false;
    for (const source of this.#sources) source.reset();
    if (status !== 'connected') return;
    this.#held.sendOwedAcks();
    this.#held.keepAlive(performance.now(), 0);
    void this.#prepare();
  }

  async #prepare(): Promise<void> {
    const connection = this.#connection;
    for (let tries = 1; connection === this.#connection && !this.#giveUp.signal.aborted; tries++) {
      try {
        await this.#options.beforePull?.();
        break;
      } catch (error) {
        this.#bus.log.warn({ err: error, tries }, 'cannot begin to read yet');
        await pause(backOffMs(tries, 100, 2000), this.#giveUp.signal);
      }
    }
    if (connection !== this.#connection) return;
    this.#isReady = true;
    this.#pump();
    this.#refillAll();
  }

  #tick(): void {
    const nowMs = performance.now();
    this.#held.keepAlive(nowMs);
    if (this.#isReady) for (const source of this.#sources) source.tick(nowMs);
  }

  #refillAll(): void {
    for (let index = 0; index < this.#sources.length; index++) this.#refill(index);
  }

  /** Asks for what is missing once that is half the look-ahead: fewer, larger requests. */
  #refill(index: number): void {
    const source = this.#sources[index];
    if (source === undefined || !this.#isReady || this.#isPaused) return;
    const missing = this.#lookAhead - source.outstanding - this.#order.waitingOf(index);
    if (missing > 0 && missing >= this.#lookAhead >> 1) source.pull(missing);
  }

  #onDelivery(delivery: Delivery, index: number): void {
    const { stream, durable, deliveryCount } = delivery.meta;
    if (deliveryCount > 1) this.#bus.observer?.redelivered(stream, readerOf(stream, durable));
    const batch = this.#held.admit(delivery, index);
    if (batch !== undefined) {
      this.#order.add(batch);
      this.#pump();
    }
    this.#refill(index);
  }

  #mayHandOut(): boolean {
    const { maxItemsInHand: most } = this.#options;
    if (this.itemsInHand >= (typeof most === 'number' ? most : most())) return false;
    return this.#isReady && !this.#isPaused;
  }

  #pump(): void {
    while (this.#mayHandOut()) {
      const batch = this.#order.first();
      if (batch === undefined) return;
      const items = batch.items ?? this.#decode(batch);
      if (items === undefined) continue;
      const item = items[batch.next];
      batch.next++;
      if (batch.next >= items.length) this.#removeFromOrder(batch);
      // An empty batch has no item to wait for.
      if (items.length === 0) this.#held.finish(batch);
      else this.#begin(batch, item as T);
    }
  }

  #removeFromOrder(batch: HeldBatch<T>): void {
    this.#order.remove(batch);
    this.#refill(batch.source);
  }

  #decode(batch: HeldBatch<T>): readonly T[] | undefined {
    const { octets, meta } = batch.delivery;
    const decode = (part: Uint8Array): readonly T[] => this.#options.decode(part, meta);
    const { items, poison } = decodeApart(octets, decode);
    batch.items = items;
    for (const { octets: part, error } of poison) {
      this.#take(batch);
      const dead = { kind: 'batch', octets: part, meta, reason: reasonOf(error), error } as const;
      void bury(dead, this.#rules).then((isDone) => this.#end(batch, isDone));
    }
    if (items.length > 0 || poison.length === 0) return items;
    this.#removeFromOrder(batch);
    return undefined;
  }

  #begin(batch: HeldBatch<T>, item: T): void {
    const { meta } = batch.delivery;
    this.#take(batch);
    this.#handle(item, meta).then(
      () => this.#end(batch, true),
      (error: unknown) => {
        void persist(item, meta, this.#rules, error).then((isDone) => this.#end(batch, isDone));
      },
    );
  }

  // Async, so that a handler that throws counts like one that rejects.
  async #handle(item: T, meta: DeliveryMeta): Promise<void> {
    await this.#options.handle(item, meta);
  }

  #take(batch: HeldBatch<T>): void {
    batch.open++;
    this.itemsInHand++;
  }

  #end(batch: HeldBatch<T>, isDone: boolean): void {
    batch.open--;
    this.itemsInHand--;
    if (!isDone) batch.isGivenUp = true;
    if (batch.open === 0 && batch.next >= (batch.items?.length ?? 0)) {
      if (batch.isGivenUp) this.#held.giveBack(batch);
      else this.#held.finish(batch);
      if (this.#held.size === 0) this.#onEmpty?.();
    }
    this.#pump();
  }

  async #stopPulling(): Promise<void> {
    await Promise.all(this.#sources.map((source) => source.stop()));
    for (const batch of this.#order.takeUnbegun()) this.#held.giveBack(batch);
  }

  async #stop(): Promise<void> {
    await this.#stopPulling();
    this.#isPaused = false;
    this.#pump();
    await this.#untilEmpty(this.#options.drainMs ?? 10_000);
    this.#giveUp.abort();
    clearInterval(this.#ticker);
    this.#stopStatus();
    this.#held.giveBackAll();
    // What was published last must have left before the process may end.
    if (this.#bus.isConnected) {
      await Promise.race([this.#bus.connection.flush().catch(() => undefined), pause(1000)]);
    }
  }

  async #untilEmpty(ms: number): Promise<void> {
    if (this.#held.size === 0) return;
    const waited = new AbortController();
    this.#onEmpty = () => waited.abort();
    await pause(ms, waited.signal);
  }
}

/** Begins to read; dispose of the consumer before its publishers and the bus. */
export function consumeBatches<T>(bus: Bus, options: ConsumeOptions<T>): BatchConsumer {
  return new BatchConsumerLoop(bus, options);
}
