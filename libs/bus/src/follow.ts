// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Reading a stream in order, without acknowledgements: from a place to its end, and on as it grows.
 * Invariants:
 * 1. Messages are handled one after the other, in the stream's order, none left out, none twice (with
 *    'last-per-subject' the last of a subject may come again after a reconnect).
 * 2. The consumer at the server is a throw-away: after a reconnect, a refusal, a gap in its count or
 *    silence, another one takes over behind the last message that was received.
 * 3. What waits here is bounded: more is asked for only when room was made.
 */
import { nuid } from '@nats-io/transport-node';
import type { Bus } from './bus.ts';
import type { Delivery } from './delivery.ts';
import { JetStreamApiError, TransientError } from './errors.ts';
import { backOffMs, pause } from './pause.ts';
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
  readonly filterSubject: string;
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
  #received = 0;
  #consumerSequence = 0;
  #handled = 0;
  #wake: (() => void)[] = [];

  constructor(bus: Bus, options: FollowOptions) {
    this.#bus = bus;
    this.#options = options;
    this.#lookAhead = options.lookAhead ?? 64;
    this.#ticker = setInterval(() => this.#source?.tick(performance.now()), tickMs);
    this.#stopStatus = bus.onStatus((status) => {
      if (status === 'connected') this.#renew();
      else this.#source?.reset();
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
      if (last !== undefined) target = Math.min(target ?? Infinity, last);
      if (target !== undefined && (last === 0 || this.#handled >= target)) return;
      await this.#untilHandled(target, last === undefined ? backOffMs(tries, 50, 1000) : recheckMs);
      if (target !== undefined && this.#handled >= target) return;
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

  #renew(): void {
    this.#generation++;
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
        await this.#bus.api(`CONSUMER.CREATE.${stream}.${name}`, {
          stream_name: stream,
          config: this.#consumerConfig(name),
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
  }

  #consumerConfig(name: string): object {
    return {
      name,
      ...this.#startConfig(),
      filter_subject: this.#options.filterSubject,
      ack_policy: 'none',
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: inactiveNanos,
    };
  }

  #startConfig(): object {
    const { start } = this.#options;
    if (start.kind === 'last-per-subject') return { deliver_policy: 'last_per_subject' };
    if (this.#received > 0) return startingAt(this.#received + 1);
    switch (start.kind) {
      case 'all':
        return { deliver_policy: 'all' };
      case 'sequence':
        return startingAt(start.sequence);
      case 'time':
        return {
          deliver_policy: 'by_start_time',
          opt_start_time: new Date(start.sinceMs).toISOString(),
        };
    }
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
    this.#received = Math.max(this.#received, streamSequence);
    this.#queue.push(delivery);
    if (!this.#isHandling) void this.#handleQueue();
  }

  async #handleQueue(): Promise<void> {
    this.#isHandling = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      await this.#handle(next);
      this.#handled = Math.max(this.#handled, next.meta.streamSequence);
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
    const { stream, filterSubject, start } = this.#options;
    try {
      // Answered by the stream's leader, so it knows everything that was confirmed.
      const { message } = await this.#bus.api<{ message: { seq: number; time: string } }>(
        `STREAM.MSG.GET.${stream}`,
        { last_by_subj: filterSubject },
      );
      if (start.kind === 'sequence' && message.seq < start.sequence) return 0;
      if (start.kind === 'time' && Date.parse(message.time) < start.sinceMs) return 0;
      return message.seq;
    } catch (error) {
      const isNone = error instanceof JetStreamApiError && error.errorCode === noMessageFound;
      return isNone ? 0 : undefined;
    }
  }

  /** Resolves when the message is handled, or the time is over. */
  async #untilHandled(target: number | undefined, ms: number): Promise<void> {
    const over = new AbortController();
    const check = (): void => {
      if (target !== undefined && this.#handled >= target) over.abort();
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
