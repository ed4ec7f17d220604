// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Reading a stream in order, without acknowledgements: from a place to its end, and on as it grows.
 * Invariants:
 * 1. Messages are handled one after the other, in the stream's order, none left out, none twice (with
 *    'last-per-subject' the last of a subject may come again after a reconnect).
 * 2. The consumer at the server is a throw-away: after a reconnect, a refusal, a gap in its count or
 *    silence, another one takes over behind the last message that was received. That message is looked
 *    up before: a server that lost its unsynced tail gives sequences out again. When it is not there as
 *    it was, reading begins anew some time before it, and messages repeat.
 * 3. What waits here is bounded: more is asked for only when room was made.
 */
import { nuid } from '@nats-io/transport-node';
import { pause } from '@sendium/runtime';
import type { Bus } from './bus.ts';
import type { Delivery } from './delivery.ts';
import { JetStreamApiError, TransientError } from './errors.ts';
import { backOffMs } from './back-off.ts';
import { PullSource } from './pull-source.ts';

/** Where reading begins. */
export type FollowStart =
  | { readonly kind: 'all' | 'last-per-subject' }
  | { readonly kind: 'sequence'; readonly sequence: number }
  /** Milliseconds since 1970: what was stored then or later. */
  | { readonly kind: 'time'; readonly sinceMs: number };

/** A message of the stream. */
export interface FollowedMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly storedAtMs: number;
  readonly octets: Uint8Array;
  /** The value of a header; empty when there is none. */
  readonly header: (name: string) => string;
}

export interface FollowOptions {
  readonly stream: string;
  /** Wildcards allowed; the subjects must not overlap. */
  readonly subjects: readonly string[];
  readonly start: FollowStart;
  /** An error is logged, and reading goes on. */
  readonly onMessage: (message: FollowedMessage) => void | Promise<void>;
  /** Messages that may wait here. Default 64. */
  readonly lookAhead?: number;
}

/** A running reader. */
export interface Follower extends AsyncDisposable {
  /**
   * Resolves when everything is handled that the stream held at the time of the call, however long that
   * takes.
   *
   * @throws {TransientError} the follower or the bus was closed
   */
  untilCaughtUp(): Promise<void>;
}

const inactiveNanos = 60_000_000_000;
const tickMs = 250;
const recheckMs = 1000;

/** A stored message: the sequence alone does not name it for ever. */
interface Place {
  readonly sequence: number;
  readonly storedAtMs: number;
}

const nowhere: Place = { sequence: 0, storedAtMs: 0 };
const overlapMs = 30_000;

class StreamFollower implements Follower {
  readonly #bus: Bus;
  readonly #options: FollowOptions;
  readonly #lookAhead: number;
  readonly #ended = new AbortController();
  readonly #ticker: NodeJS.Timeout;
  readonly #stopStatus: () => void;
  #source: PullSource | undefined;
  #generation = 0;
  #queue: Delivery[] = [];
  #isHandling = false;
  #isOpen = false;
  /** The last message that was received; its sequence counts as long as the stream still has it. */
  #last: Place = nowhere;
  #consumerSequence = 0;
  #handled = 0;
  #wake: (() => void)[] = [];

  constructor(bus: Bus, options: FollowOptions) {
    this.#bus = bus;
    this.#options = options;
    this.#lookAhead = options.lookAhead ?? 64;
    this.#ticker = setInterval(() => this.#source?.tick(performance.now()), tickMs);
    this.#stopStatus = bus.onStatus((status) => {
      this.#isOpen = false;
      this.#source?.reset();
      if (status === 'connected') this.#renew();
    });
    this.#renew();
  }

  async untilCaughtUp(): Promise<void> {
    let target: number | undefined;
    for (let tries = 1; ; tries++) {
      if (this.#ended.signal.aborted || this.#bus.isClosed) {
        throw new TransientError(`Reading ${this.#options.stream} has ended.`);
      }
      await this.#bus.untilConnected(this.#ended.signal);
      const last = await this.#lastSequence();
      // What is removed while we wait lowers the target.
      if (last !== undefined) target = Math.min(target ?? Infinity, last);
      await this.#untilHandled(target, last === undefined ? backOffMs(tries, 50, 1000) : recheckMs);
      if (this.#hasHandled(target)) return;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    this.#generation++;
    clearInterval(this.#ticker);
    this.#stopStatus();
    this.#queue = [];
    const source = this.#source;
    this.#source = undefined;
    if (source !== undefined) await this.#discard(source);
  }

  #hasHandled(target: number | undefined): boolean {
    return this.#isOpen && target !== undefined && this.#handled >= target;
  }

  #renew(): void {
    this.#generation++;
    this.#isOpen = false;
    const old = this.#source;
    this.#source = undefined;
    if (old !== undefined) void this.#discard(old);
    void this.#open(this.#generation);
  }

  async #discard(source: PullSource): Promise<void> {
    await source.stop();
    const { stream, durable } = source.name;
    // Else it would go by itself after a while.
    await this.#bus.api(`CONSUMER.DELETE.${stream}.${durable}`, {}, 500).catch(() => undefined);
  }

  async #open(generation: number): Promise<void> {
    const { stream } = this.#options;
    for (let tries = 1; generation === this.#generation && this.#bus.isConnected; tries++) {
      const name = `follow-${nuid.next()}`;
      try {
        const start = await this.#startConfig();
        await this.#bus.api(`CONSUMER.CREATE.${stream}.${name}`, {
          stream_name: stream,
          config: { ...this.#consumerConfig(name), ...start },
          action: 'create',
        });
        this.#begin(generation, name);
        return;
      } catch (error) {
        if (tries % 20 === 3)
          this.#bus.log.warn({ err: error, stream }, 'cannot follow the stream');
        await pause(backOffMs(tries, 100, 2000), this.#ended.signal);
      }
    }
  }

  #begin(generation: number, durable: string): void {
    if (generation !== this.#generation) return;
    this.#consumerSequence = 0;
    this.#isOpen = true;
    const isCurrent = (): boolean => generation === this.#generation;
    const source = new PullSource(
      this.#bus,
      { stream: this.#options.stream, durable },
      {
        onDelivery: (delivery) => {
          if (isCurrent()) this.#onDelivery(delivery);
        },
        onLate: () => undefined,
        onRoom: () => this.#refill(),
        onRefused: () => {
          if (isCurrent()) this.#renew();
        },
      },
    );
    this.#source = source;
    source.start();
    this.#refill();
    for (const wake of this.#wake.splice(0)) wake();
  }

  #consumerConfig(name: string): object {
    return {
      name,
      filter_subjects: this.#options.subjects,
      ack_policy: 'none',
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: inactiveNanos,
    };
  }

  async #startConfig(): Promise<object> {
    const { start } = this.#options;
    if (start.kind === 'last-per-subject') return { deliver_policy: 'last_per_subject' };
    if (this.#last.sequence > 0) return this.#continueAfter(this.#last);
    switch (start.kind) {
      case 'all':
        return { deliver_policy: 'all' };
      case 'sequence':
        return startingAt(start.sequence);
      case 'time':
        return startingSince(start.sinceMs);
    }
  }

  async #continueAfter(last: Place): Promise<object> {
    const found = await this.#find({ seq: last.sequence });
    if (found?.storedAtMs === last.storedAtMs) return startingAt(last.sequence + 1);
    this.#last = nowhere;
    this.#handled = 0;
    return startingSince(last.storedAtMs - overlapMs);
  }

  #refill(): void {
    if (this.#source === undefined) return;
    const missing = this.#lookAhead - this.#source.outstanding - this.#queue.length;
    if (missing > 0 && missing >= this.#lookAhead >> 1) this.#source.pull(missing);
  }

  #onDelivery(delivery: Delivery): void {
    const { consumerSequence, streamSequence } = delivery.meta;
    if (consumerSequence !== this.#consumerSequence + 1) {
      this.#renew();
      return;
    }
    this.#consumerSequence = consumerSequence;
    this.#last = { sequence: streamSequence, storedAtMs: delivery.meta.storedAtMs };
    this.#queue.push(delivery);
    if (!this.#isHandling) void this.#handleQueue();
  }

  async #handleQueue(): Promise<void> {
    this.#isHandling = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      await this.#handle(next);
      // Smaller than our last one, unless that was of a tail that the server has lost.
      const { streamSequence } = next.meta;
      if (streamSequence <= this.#last.sequence) this.#handled = streamSequence;
      for (const wake of this.#wake.splice(0)) wake();
      this.#refill();
    }
    this.#isHandling = false;
  }

  async #handle({ meta, octets, header }: Delivery): Promise<void> {
    const { subject, storedAtMs, streamSequence: sequence } = meta;
    try {
      await this.#options.onMessage({ subject, sequence, storedAtMs, octets, header });
    } catch (error) {
      this.#bus.log.error({ err: error, subject, sequence }, 'message could not be handled');
    }
  }

  /** The last message that reading must reach; 0 when there is none; undefined when nobody answers. */
  async #lastSequence(): Promise<number | undefined> {
    try {
      const last = await Promise.all(
        this.#options.subjects.map((subject) => this.#find({ last_by_subj: subject })),
      );
      return Math.max(0, ...last.filter((place) => this.#isWanted(place)).map(sequenceOf));
    } catch {
      return undefined;
    }
  }

  #isWanted(place: Place | undefined): boolean {
    const { start } = this.#options;
    if (place === undefined) return false;
    if (start.kind === 'sequence') return place.sequence >= start.sequence;
    return start.kind !== 'time' || place.storedAtMs >= start.sinceMs;
  }

  /** Answered by the stream's leader, which knows everything that was confirmed. */
  async #find(what: { seq: number } | { last_by_subj: string }): Promise<Place | undefined> {
    try {
      const { message } = await this.#bus.api<{ message: { seq: number; time: string } }>(
        `STREAM.MSG.GET.${this.#options.stream}`,
        what,
      );
      return { sequence: message.seq, storedAtMs: Date.parse(message.time) };
    } catch (error) {
      const isNone = error instanceof JetStreamApiError && error.errorCode === noMessageFound;
      if (isNone) return undefined;
      throw error;
    }
  }

  /** Resolves when the message is handled, or the time is over. */
  async #untilHandled(target: number | undefined, ms: number): Promise<void> {
    const over = new AbortController();
    const check = (): void => {
      if (this.#hasHandled(target)) over.abort();
      else this.#wake.push(check);
    };
    check();
    await pause(ms, AbortSignal.any([over.signal, this.#ended.signal]));
    this.#wake = this.#wake.filter((wake) => wake !== check);
  }
}

const noMessageFound = 10_037;

function startingAt(sequence: number): object {
  return { deliver_policy: 'by_start_sequence', opt_start_seq: sequence };
}

function startingSince(sinceMs: number): object {
  return { deliver_policy: 'by_start_time', opt_start_time: new Date(sinceMs).toISOString() };
}

function sequenceOf(place: Place | undefined): number {
  return place?.sequence ?? 0;
}

/** Begins to read at once and goes on until it is disposed of, over restarts of the server. */
export function follow(bus: Bus, options: FollowOptions): Follower {
  return new StreamFollower(bus, options);
}

/**
 * Reads everything that the stream holds now, then stops.
 *
 * @throws {TransientError} the bus was closed
 */
export async function readToEnd(bus: Bus, options: FollowOptions): Promise<void> {
  await using follower = follow(bus, options);
  await follower.untilCaughtUp();
}
