// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Reading a stream along, without acknowledgement and from a time on: for who needs to know what others
 * have written. Invariants:
 * 1. `catchUp` resolves only when everything that was stored before the call has been handed over.
 * 2. What was read is a time, not a sequence: a server that lost its unsynced tail gives the numbers out
 *    again. Whatever begins anew begins `overlapMs` before the last message read; readers take
 *    repetitions for nothing new.
 * 3. A consumer that the server no longer knows, or that falls silent, is replaced.
 */
import { createInbox, type Msg, type Subscription } from '@nats-io/transport-node';
import type { Bus } from './bus.ts';
import { readDelivery, type DeliveryMeta } from './delivery.ts';
import { JetStreamApiError, TransientError } from './errors.ts';

/** What to read along. */
export interface FollowOptions {
  readonly stream: string;
  readonly subjects: readonly string[];
  /** Called for each stream message in order; must not throw. */
  readonly onMessage: (octets: Uint8Array, meta: DeliveryMeta) => void;
}

/** Reads along until it is disposed of. */
export interface StreamFollower extends AsyncDisposable {
  /**
   * Begins, or begins anew after the connection was lost. To be called after each connect.
   *
   * @param fromMs where to begin the first time, by the server's clock; undefined for now
   * @throws {TransientError} when the connection was lost meanwhile
   * @throws {JetStreamApiError} when JetStream refuses
   */
  catchUp(fromMs?: number): Promise<void>;
}

const overlapMs = 30_000;
const batch = 256;
const expiresMs = 30_000;
const heartbeatMs = 5_000;
const tickMs = 1_000;
const nanosPerMs = 1_000_000;

/** One consumer of ours, from its creation until another takes its place. */
interface Reading {
  readonly consumer: string;
  /** Stored before it began, and not yet handed over. */
  behind: number;
  /** What the server may still send for the request under way. */
  asked: number;
  lastHeardMs: number;
  readonly caughtUp: () => void;
  readonly failed: (reason: Error) => void;
}

class Follower implements StreamFollower {
  readonly #bus: Bus;
  readonly #options: FollowOptions;
  readonly #inbox = createInbox();
  readonly #subscription: Subscription;
  readonly #stopStatus: () => void;
  readonly #ticker: NodeJS.Timeout;
  #readings = 0;
  #reading: Reading | undefined;
  #lastReadMs: number | undefined;
  #isOpening = false;

  constructor(bus: Bus, options: FollowOptions) {
    this.#bus = bus;
    this.#options = options;
    this.#subscription = bus.subscribe(`${this.#inbox}.*`, (message) => this.#on(message));
    this.#stopStatus = bus.onStatus((status) => {
      if (status !== 'connected') this.#end('the connection was lost');
    });
    this.#ticker = setInterval(() => this.#tick(), tickMs);
  }

  async catchUp(fromMs?: number): Promise<void> {
    const number = this.#next();
    const from = this.#lastReadMs === undefined ? fromMs : this.#lastReadMs - overlapMs;
    this.#lastReadMs ??= fromMs ?? Date.now();
    this.#isOpening = true;
    const created = await this.#create(from).finally(() => {
      if (number === this.#readings) this.#isOpening = false;
    });
    if (number !== this.#readings) throw new TransientError('The reading was begun anew.');
    await new Promise<void>((caughtUp, failed) => {
      const behind = created.num_pending;
      this.#reading = {
        ...{ consumer: created.name, behind, asked: 0, caughtUp, failed },
        lastHeardMs: performance.now(),
      };
      if (behind === 0) caughtUp();
      this.#pull(this.#reading);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const consumer = this.#reading?.consumer;
    this.#next();
    this.#stopStatus();
    clearInterval(this.#ticker);
    if (this.#bus.isClosed) return;
    this.#subscription.unsubscribe();
    // Best effort: one that is forgotten goes by itself.
    if (consumer !== undefined && this.#bus.isConnected) {
      await this.#bus
        .api(`CONSUMER.DELETE.${this.#options.stream}.${consumer}`)
        .catch(() => undefined);
    }
  }

  #create(fromMs: number | undefined): Promise<{ name: string; num_pending: number }> {
    const { stream, subjects } = this.#options;
    return this.#bus.api(`CONSUMER.CREATE.${stream}`, {
      stream_name: stream,
      config: {
        ...(fromMs === undefined
          ? { deliver_policy: 'new' }
          : { deliver_policy: 'by_start_time', opt_start_time: new Date(fromMs).toISOString() }),
        ack_policy: 'none',
        filter_subjects: subjects,
        mem_storage: true,
        num_replicas: 1,
        inactive_threshold: 2 * expiresMs * nanosPerMs,
      },
    });
  }

  /** Whatever is under way is over; gives the number of what follows. */
  #next(): number {
    this.#end('the reading was begun anew');
    return ++this.#readings;
  }

  #end(reason: string): void {
    this.#readings++;
    this.#isOpening = false;
    this.#reading?.failed(new TransientError(`Reading ${this.#options.stream}: ${reason}.`));
    this.#reading = undefined;
  }

  #pull(reading: Reading): void {
    const isSent = this.#bus.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${this.#options.stream}.${reading.consumer}`,
      JSON.stringify({
        batch,
        expires: expiresMs * nanosPerMs,
        idle_heartbeat: heartbeatMs * nanosPerMs,
      }),
      { reply: `${this.#inbox}.${this.#readings}` },
    );
    reading.asked = isSent ? batch : 0;
  }

  #on(message: Msg): void {
    const reading = this.#reading;
    if (reading === undefined || !message.subject.endsWith(`.${this.#readings}`)) return;
    reading.lastHeardMs = performance.now();
    const delivery = readDelivery(message);
    if (delivery === undefined) {
      this.#onStatus(reading, message.headers?.code ?? 0);
      return;
    }
    this.#lastReadMs = delivery.meta.storedAtMs;
    this.#options.onMessage(delivery.octets, delivery.meta);
    if (--reading.behind === 0) reading.caughtUp();
    if (--reading.asked === 0) this.#pull(reading);
  }

  #onStatus(reading: Reading, code: number): void {
    if (code === 100) return;
    // A request that ended in order; everything else says that the consumer is gone.
    if (code === 404 || code === 408) this.#pull(reading);
    else this.#replace();
  }

  #tick(): void {
    const hasBegun = this.#lastReadMs !== undefined;
    if (!hasBegun || this.#isOpening || !this.#bus.isConnected) return;
    const lastHeardMs = this.#reading?.lastHeardMs ?? 0;
    if (performance.now() - lastHeardMs > 2.5 * heartbeatMs) this.#replace();
  }

  #replace(): void {
    this.catchUp().catch((error: unknown) => {
      this.#bus.log.warn({ err: error, stream: this.#options.stream }, 'reading along failed');
    });
  }
}

/** A follower of a stream; it reads nothing before the first `catchUp`. */
export function followStream(bus: Bus, options: FollowOptions): StreamFollower {
  return new Follower(bus, options);
}

/**
 * When the oldest message on the subject (wildcards allowed) that a stream still holds was stored, in
 * milliseconds since 1970; undefined when it holds none.
 */
export async function oldestStoredAtMs(
  bus: Bus,
  stream: string,
  subject: string,
): Promise<number | undefined> {
  try {
    const { message } = await bus.api<{ message: { time: string } }>(`STREAM.MSG.GET.${stream}`, {
      seq: 1,
      next_by_subj: subject,
    });
    return Date.parse(message.time);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === 404) return undefined;
    throw error;
  }
}
