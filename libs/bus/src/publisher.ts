// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Group commit. Invariants:
 * 1. `publish` resolves only after JetStream has confirmed the batch that carries the item.
 * 2. With nothing under way for the subject an item leaves in the same turn of the event loop; while
 *    confirmations are awaited, what arrives gathers and leaves together.
 * 3. What is taken and not yet settled is bounded in items and octets over all subjects. Beyond that
 *    nothing is taken: the caller is refused, or waits (`whenFull`).
 * 4. A batch that is sent again is the same batch: it is never regrouped.
 * 5. An item that cannot be encoded, or is too large, fails alone.
 */
import type { Channel } from '@sendium/contracts';
import { pause } from '@sendium/runtime';
import { AckedSender, type SendResult } from './acked-sender.ts';
import type { Bus } from './bus.ts';
import { streamOf } from './stream-labels.ts';
import { OverloadedError, TerminalError, UnavailableError } from './errors.ts';
import { SubjectLane, type LaneBatch, type TakenItem } from './subject-lane.ts';

export interface PublisherOptions {
  /** Items in one batch at most. Default 64. */
  readonly maxBatchItems?: number;
  /** Octets in one batch, unless one item alone is larger. Default 128 KiB. */
  readonly maxBatchBytes?: number;
  /** Items taken and not yet settled. Default 10,000. */
  readonly maxPendingItems?: number;
  /** Octets of these, by `sizeOf`. Default 64 MiB. */
  readonly maxPendingBytes?: number;
  /** Batches under way per subject. Default 4. */
  readonly maxInFlightBatches?: number;
  /** How long a publish is tried. Default 'for-ever'. */
  readonly retry?: 'for-ever' | { readonly untilMs: number };
  /** At the bounds: refuse with OverloadedError (the default), or wait for room. */
  readonly whenFull?: 'refuse' | 'wait';
  /** How long disposing waits until what was taken is durable. Default 10,000. */
  readonly drainMs?: number;
}

/** Items that wait for their confirmation. */
export interface Publisher extends AsyncDisposable {
  /**
   * Resolves when the item is durable.
   *
   * @throws {OverloadedError} the bounds are reached; the item was not taken
   * @throws {QueueFullError} JetStream has no room for the subject
   * @throws {UnavailableError} not confirmed in time; the item may be stored nevertheless
   * @throws {TerminalError} the item cannot be encoded or is too large
   */
  publish<T>(channel: Channel<T>, item: T): Promise<void>;
  /** Whether so much would be taken now; true for anything that is alone. */
  hasRoomFor(items: number, bytes: number): boolean;
  readonly pendingItems: number;
  readonly pendingBytes: number;
}

const expirySweepMs = 100;
// Headers and the reply subject count against the server's maximum, too.
const headerRoom = 1024;

interface Waiter {
  readonly bytes: number;
  readonly go: () => void;
}

class GroupCommitPublisher implements Publisher {
  readonly #bus: Bus;
  readonly #sender: AckedSender;
  readonly #options: Required<PublisherOptions>;
  readonly #lanes = new Map<string, SubjectLane>();
  readonly #ready = new Set<SubjectLane>();
  #waiters: Waiter[] = [];
  #nextWaiter = 0;
  #isFlushPlanned = false;
  #isClosing = false;
  #expiry: NodeJS.Timeout | undefined;
  pendingItems = 0;
  pendingBytes = 0;

  constructor(bus: Bus, options: Required<PublisherOptions>) {
    this.#bus = bus;
    this.#sender = new AckedSender(bus);
    this.#options = options;
    bus.observer?.watchPending(() => this.pendingItems);
  }

  hasRoomFor(items: number, bytes: number): boolean {
    if (this.pendingItems === 0) return true;
    return (
      this.pendingItems + items <= this.#options.maxPendingItems &&
      this.pendingBytes + bytes <= this.#options.maxPendingBytes
    );
  }

  publish<T>(channel: Channel<T>, item: T): Promise<void> {
    if (this.#isClosing) return Promise.reject(new UnavailableError(channel.subject, false));
    const bytes = channel.sizeOf(item);
    const isRoom = this.#waiters.length === 0 && this.hasRoomFor(1, bytes);
    if (!isRoom && this.#options.whenFull === 'refuse') {
      return Promise.reject(new OverloadedError(this.pendingItems, this.pendingBytes));
    }
    return new Promise((resolve, reject) => {
      const go = (): void => this.#take(channel, { item, bytes, resolve, reject });
      if (isRoom) go();
      else this.#waiters.push({ bytes, go });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    const endsAtMs = performance.now() + this.#options.drainMs;
    while (this.pendingItems > 0 && performance.now() < endsAtMs && !this.#bus.isClosed) {
      await pause(5);
    }
    this.#sender[Symbol.dispose]();
    this.#expire(Infinity);
    clearInterval(this.#expiry);
  }

  #take<T>(channel: Channel<T>, item: Omit<TakenItem, 'takenAtMs'>): void {
    this.pendingItems++;
    this.pendingBytes += item.bytes;
    const lane = this.#laneOf(channel);
    lane.add({ ...item, takenAtMs: performance.now() });
    this.#planFlush(lane);
    const { retry } = this.#options;
    if (retry === 'for-ever') return;
    this.#expiry ??= setInterval(() => {
      this.#expire(performance.now() - retry.untilMs);
    }, expirySweepMs);
  }

  #laneOf(channel: Channel<unknown>): SubjectLane {
    const known = this.#lanes.get(channel.subject);
    if (known !== undefined) return known;
    const { maxBatchItems, maxBatchBytes, maxInFlightBatches } = this.#options;
    const bounds = { maxItems: channel.maxItems ?? maxBatchItems, maxBytes: maxBatchBytes };
    const lane = new SubjectLane(channel, bounds, maxInFlightBatches);
    this.#lanes.set(channel.subject, lane);
    return lane;
  }

  /** At the end of this turn, so that what arrives in the same turn leaves together. */
  #planFlush(lane: SubjectLane): void {
    this.#ready.add(lane);
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    setImmediate(() => {
      this.#isFlushPlanned = false;
      const ready = [...this.#ready];
      this.#ready.clear();
      for (const each of ready) this.#flush(each);
    });
  }

  #flush(lane: SubjectLane): void {
    for (let batch = lane.take(); batch !== undefined; batch = lane.take()) {
      this.#send(lane, batch, batch.items);
    }
  }

  /** Sends the items of the batch, in pieces when they cannot leave as one. */
  #send(lane: SubjectLane, batch: LaneBatch, items: readonly TakenItem[]): void {
    const pieces = this.#encode(lane.channel, items);
    let open = pieces.length;
    const settled = (): void => {
      if (--open > 0) return;
      lane.settled(batch);
      if (lane.isIdle) this.#lanes.delete(lane.channel.subject);
      else this.#planFlush(lane);
    };
    if (open === 0) {
      open = 1;
      settled();
      this.#admit();
    }
    for (const { octets, carried } of pieces) {
      const outgoing = { subject: lane.channel.subject, octets, ...this.#giveUpAt(carried) };
      this.#bus.observer?.published(streamOf(outgoing.subject), carried.length);
      this.#sender.send(outgoing, (result) => {
        this.#settle(carried, result);
        settled();
      });
    }
  }

  #giveUpAt(items: readonly TakenItem[]): { giveUpAtMs?: number } {
    const { retry } = this.#options;
    if (retry === 'for-ever') return {};
    return { giveUpAtMs: (items[0]?.takenAtMs ?? 0) + retry.untilMs };
  }

  #encode(channel: Channel<unknown>, items: readonly TakenItem[]): readonly Piece[] {
    const piece = this.#tryToEncode(channel, items);
    if (!(piece instanceof Error)) return [piece];
    const [first] = items;
    if (items.length === 1 && first !== undefined) {
      this.#finish(first);
      first.reject(piece);
      return [];
    }
    const middle = items.length >> 1;
    return [
      ...this.#encode(channel, items.slice(0, middle)),
      ...this.#encode(channel, items.slice(middle)),
    ];
  }

  #tryToEncode(channel: Channel<unknown>, carried: readonly TakenItem[]): Piece | TerminalError {
    try {
      const octets = channel.encode(carried.map(({ item }) => item));
      if (octets.length <= this.#bus.maxPayload - headerRoom) return { octets, carried };
      return new TerminalError(`${octets.length} octets are too large for ${channel.subject}`);
    } catch (cause) {
      return new TerminalError(`An item for ${channel.subject} cannot be encoded`, { cause });
    }
  }

  #settle(items: readonly TakenItem[], result: SendResult): void {
    for (const item of items) {
      this.#finish(item);
      if (result.kind === 'stored') item.resolve();
      else item.reject(result.error);
    }
    this.#admit();
  }

  #finish(item: TakenItem): void {
    this.pendingItems--;
    this.pendingBytes -= item.bytes;
    if (this.pendingItems > 0) return;
    clearInterval(this.#expiry);
    this.#expiry = undefined;
  }

  #admit(): void {
    for (;;) {
      const waiter = this.#waiters[this.#nextWaiter];
      if (waiter === undefined || !this.hasRoomFor(1, waiter.bytes)) break;
      this.#nextWaiter++;
      waiter.go();
    }
    // Cut off now and then, not each time: the list may be long.
    if (this.#nextWaiter < this.#waiters.length && this.#nextWaiter < 1000) return;
    this.#waiters = this.#waiters.slice(this.#nextWaiter);
    this.#nextWaiter = 0;
  }

  /** Gives up what waits in a lane since before the time and never left. */
  #expire(timeMs: number): void {
    for (const lane of [...this.#lanes.values()]) {
      const error = new UnavailableError(lane.channel.subject, false);
      for (const item of lane.takeOlderThan(timeMs)) {
        this.#finish(item);
        item.reject(error);
      }
      if (lane.isIdle) this.#lanes.delete(lane.channel.subject);
    }
    this.#admit();
  }
}

interface Piece {
  readonly octets: Uint8Array;
  readonly carried: readonly TakenItem[];
}

const defaults: Required<PublisherOptions> = {
  maxBatchItems: 64,
  maxBatchBytes: 128 * 1024,
  maxPendingItems: 10_000,
  maxPendingBytes: 64 * 1024 * 1024,
  maxInFlightBatches: 4,
  retry: 'for-ever',
  whenFull: 'refuse',
  drainMs: 10_000,
};

/** A publisher over the bus; dispose of it before the bus. Disposing sends what was taken. */
export function createPublisher(bus: Bus, options: PublisherOptions = {}): Publisher {
  return new GroupCommitPublisher(bus, { ...defaults, ...options });
}
