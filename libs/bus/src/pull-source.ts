// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Pull requests to one consumer. Invariants:
 * 1. `outstanding` is what the server may still send for requests that it knows, as far as we know.
 *    When in doubt (reconnect, missed heartbeats) it falls to 0 and the owner asks again: a little too
 *    much arrives then, never too little for ever.
 * 2. After an answer that says "not now" the owner is not asked before a pause: no hot loop against a
 *    consumer that is missing.
 * 3. `stop` gives what still arrives to `onLate`, until the server has confirmed that nothing more comes.
 */
import { createInbox, type Msg, type Subscription } from '@nats-io/transport-node';
import type { Bus } from './bus.ts';
import { readDelivery, type Delivery } from './delivery.ts';
import { backOffMs } from './back-off.ts';

/** A durable (or ephemeral) pull consumer of a stream. */
export interface ConsumerName {
  readonly stream: string;
  readonly durable: string;
}

export interface PullHandlers {
  readonly onDelivery: (delivery: Delivery) => void;
  /** A delivery that came after `stop`. */
  readonly onLate: (delivery: Delivery) => void;
  /** `outstanding` has fallen; more can be asked for. */
  readonly onRoom: () => void;
  /** The consumer is missing, moved, or fell silent. */
  readonly onRefused?: () => void;
}

const expiresMs = 30_000;
const heartbeatMs = 5000;
const silenceMs = 2.5 * heartbeatMs;
const nanosPerMs = 1_000_000;

/** Asks one consumer for messages, as many as its owner wants. */
export class PullSource {
  readonly name: ConsumerName;
  readonly #bus: Bus;
  readonly #handlers: PullHandlers;
  readonly #inbox = `${createInbox()}.`;
  readonly #requests = new Map<string, number>();
  #subscription: Subscription | undefined;
  #isStopping = false;
  #stopping: Promise<void> | undefined;
  #requestCount = 0;
  #refusals = 0;
  #notBeforeMs = 0;
  #lastHeardMs = 0;
  outstanding = 0;

  constructor(bus: Bus, name: ConsumerName, handlers: PullHandlers) {
    this.#bus = bus;
    this.name = name;
    this.#handlers = handlers;
  }

  /** Begins to listen; nothing comes before the first `pull`. */
  start(): void {
    this.#isStopping = false;
    this.#subscription ??= this.#bus.subscribe(`${this.#inbox}*`, (message) => this.#on(message));
  }

  /** Asks for `count` more; does nothing while disconnected, refused a moment ago, or stopped. */
  pull(count: number): void {
    const nowMs = performance.now();
    if (this.#subscription === undefined || this.#isStopping || nowMs < this.#notBeforeMs) return;
    const token = (++this.#requestCount).toString(36);
    const isSent = this.#bus.publish(
      `$JS.API.CONSUMER.MSG.NEXT.${this.name.stream}.${this.name.durable}`,
      `{"batch":${count},"expires":${expiresMs * nanosPerMs},"idle_heartbeat":${heartbeatMs * nanosPerMs}}`,
      { reply: this.#inbox + token },
    );
    if (!isSent) return;
    this.#lastHeardMs = nowMs;
    this.#requests.set(token, count);
    this.outstanding += count;
  }

  /** Forgets all requests: the server no longer knows them. */
  reset(): void {
    this.#requests.clear();
    this.outstanding = 0;
    this.#notBeforeMs = 0;
  }

  /** To be called now and then: notices a server that fell silent, and asks for more after a refusal. */
  tick(nowMs: number): void {
    if (this.outstanding > 0 && nowMs - this.#lastHeardMs > silenceMs) {
      this.#bus.log.warn({ ...this.name }, 'consumer fell silent, asking again');
      this.reset();
      this.#handlers.onRefused?.();
    }
    if (this.outstanding === 0 && nowMs >= this.#notBeforeMs) this.#handlers.onRoom();
  }

  /** Ends all requests; resolves when nothing more can arrive. May be asked for again meanwhile. */
  stop(): Promise<void> {
    this.#isStopping = true;
    this.#stopping ??= this.#unsubscribe().finally(() => {
      this.#stopping = undefined;
    });
    return this.#stopping;
  }

  async #unsubscribe(): Promise<void> {
    const subscription = this.#subscription;
    if (subscription === undefined) return;
    if (this.#bus.isConnected) await subscription.drain();
    else if (!this.#bus.isClosed) subscription.unsubscribe();
    this.#subscription = undefined;
    this.reset();
  }

  #on(message: Msg): void {
    this.#lastHeardMs = performance.now();
    const delivery = readDelivery(message);
    if (delivery === undefined) {
      this.#onStatus(message);
      return;
    }
    this.#refusals = 0;
    this.#countDelivery();
    if (this.#isStopping) this.#handlers.onLate(delivery);
    else this.#handlers.onDelivery(delivery);
  }

  /** Messages do not say which request they answer; the server serves the oldest first. */
  #countDelivery(): void {
    const [oldest] = this.#requests;
    if (oldest === undefined) return;
    const [token, left] = oldest;
    this.outstanding--;
    if (left === 1) this.#requests.delete(token);
    else this.#requests.set(token, left - 1);
  }

  #onStatus(message: Msg): void {
    const code = message.headers?.code ?? 0;
    if (code === 100) return;
    const token = message.subject.slice(this.#inbox.length);
    this.outstanding -= this.#requests.get(token) ?? 0;
    this.#requests.delete(token);
    // 404 and 408 end a request in order; everything else is a refusal.
    if (code !== 404 && code !== 408) this.#onRefusal(code, message.headers?.description ?? '');
    if (!this.#isStopping) this.#handlers.onRoom();
  }

  #onRefusal(code: number, detail: string): void {
    this.#refusals++;
    this.#notBeforeMs = performance.now() + backOffMs(this.#refusals, 100, 2000);
    if (this.#refusals % 20 === 5) {
      this.#bus.log.warn({ ...this.name, code, detail }, 'consumer cannot be read');
    }
    this.#handlers.onRefused?.();
  }
}
