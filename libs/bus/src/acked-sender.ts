// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Publishing with confirmation. One own reply inbox and a map of waiting sends instead of the client
 * library's request/reply, which costs several times the CPU. Invariants:
 * 1. A send settles exactly once: stored, or with an error.
 * 2. It is sent again, the same octets under the same `Nats-Msg-Id`, after every reconnect, after an
 *    unanswered time, and after an answer that says "not now"; so within the stream's duplicate window
 *    it is stored once. A second copy beyond that (the server forgets ids of acknowledged messages at
 *    a restart) is left to the readers, who are idempotent per item.
 * 3. The id is new for each send and never derived from the contents. Whoever sends equal octets again
 *    means it: an operator replays a dead letter, a message comes back unsent and takes the same way.
 *    A digest of the octets would make JetStream answer "stored" and drop that copy although the first
 *    one is long consumed, and the message would be lost. What a digest would save, a repetition after
 *    a crash, readers must bear anyway, because the second pass may group differently.
 * 4. An unanswered send is repeated only when the server has answered a ping meanwhile: repeating into
 *    a socket that does not move would only fill memory.
 * 5. Nothing is sent while the connection is down (see bus.ts).
 */
import { createInbox, headers, nuid, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import type { Bus, BusStatus } from './bus.ts';
import { JetStreamApiError, QueueFullError, TerminalError, UnavailableError } from './errors.ts';
import { backOffMs } from './back-off.ts';
import { judgePubAck, type PubVerdict } from './pub-ack.ts';

/** One message to store. */
export interface Outgoing {
  readonly subject: string;
  readonly octets: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** By `performance.now()`: then it is given up. Default: never. */
  readonly giveUpAtMs?: number;
}

/** How a send ended; `error` is one of this library's errors. */
export type SendResult =
  | { readonly kind: 'stored'; readonly sequence: number }
  | { readonly kind: 'failed'; readonly error: Error };

interface Entry {
  readonly outgoing: Outgoing;
  readonly token: string;
  readonly headers: MsgHdrs;
  readonly settle: (result: SendResult) => void;
  tries: number;
  /** How often it left without any answer. */
  unanswered: number;
  /** When to look at it again; infinite while the connection is down. */
  dueAtMs: number;
  isAnswered: boolean;
}

const sweepMs = 100;
const firstAckTimeoutMs = 1000;
const mostAckTimeoutMs = 8000;
const firstRetryMs = 100;
const mostRetryMs = 2000;

/** Sends messages until JetStream has confirmed them. */
export class AckedSender implements Disposable {
  readonly #bus: Bus;
  readonly #prefix: string;
  readonly #nonce = nuid.next();
  readonly #entries = new Map<string, Entry>();
  readonly #close: () => void;
  #count = 0;
  #sweeper: NodeJS.Timeout | undefined;
  #isProbing = false;
  #isOver = false;

  constructor(bus: Bus) {
    this.#bus = bus;
    this.#prefix = `${createInbox()}.`;
    const subscription = bus.subscribe(`${this.#prefix}*`, (message) => this.#onReply(message));
    const stop = bus.onStatus((status) => this.#onStatus(status));
    this.#close = () => {
      stop();
      if (!bus.isClosed) subscription.unsubscribe();
    };
  }

  /** How many sends wait for their confirmation. */
  get waiting(): number {
    return this.#entries.size;
  }

  /** Sends it; `settle` is called once, never before this returns. */
  send(outgoing: Outgoing, settle: (result: SendResult) => void): void {
    const token = (++this.#count).toString(36);
    const sent = headers();
    sent.set('Nats-Msg-Id', `${this.#nonce}-${token}`);
    for (const [name, value] of Object.entries(outgoing.headers ?? {})) sent.set(name, value);
    const entry: Entry = {
      outgoing,
      token,
      headers: sent,
      settle,
      tries: 0,
      unanswered: 0,
      dueAtMs: Infinity,
      isAnswered: false,
    };
    this.#entries.set(token, entry);
    this.#sweeper ??= setInterval(() => this.#sweep(), sweepMs);
    if (this.#isOver || this.#bus.isClosed) queueMicrotask(() => this.#giveUp(entry));
    else this.#transmit(entry);
  }

  /** The same as a promise of the stream's sequence. */
  store(outgoing: Outgoing): Promise<number> {
    return new Promise((resolve, reject) => {
      this.send(outgoing, (result) => {
        if (result.kind === 'stored') resolve(result.sequence);
        else reject(result.error);
      });
    });
  }

  /** Gives up everything that waits. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#close();
    for (const entry of [...this.#entries.values()]) this.#giveUp(entry);
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  #transmit(entry: Entry): void {
    const isSent = this.#publish(entry);
    if (!isSent) {
      entry.dueAtMs = Infinity;
      return;
    }
    entry.tries++;
    entry.unanswered++;
    entry.isAnswered = false;
    entry.dueAtMs = performance.now() + backOffMs(entry.tries, firstAckTimeoutMs, mostAckTimeoutMs);
  }

  #publish(entry: Entry): boolean {
    const { subject, octets } = entry.outgoing;
    const options = { reply: this.#prefix + entry.token, headers: entry.headers };
    try {
      return this.#bus.publish(subject, octets, options);
    } catch (error) {
      // The library refuses what can never be sent: larger than the server takes, a bad subject.
      const refusal = new TerminalError(`${subject} cannot be published`, { cause: error });
      queueMicrotask(() => this.#settle(entry, { kind: 'failed', error: refusal }));
      return false;
    }
  }

  #onReply(message: Msg): void {
    const entry = this.#entries.get(message.subject.slice(this.#prefix.length));
    if (entry === undefined) return;
    const verdict = judgePubAck(message);
    if (verdict.kind === 'stored') {
      this.#settle(entry, { kind: 'stored', sequence: verdict.sequence });
    } else {
      this.#onRefusal(entry, verdict);
    }
  }

  #onRefusal(entry: Entry, verdict: Exclude<PubVerdict, { kind: 'stored' }>): void {
    const { subject } = entry.outgoing;
    entry.unanswered--;
    switch (verdict.kind) {
      case 'full': {
        const mayBeStored = entry.unanswered > 0;
        const facts = { subject, full: verdict.full, mayBeStored, detail: verdict.detail };
        this.#settle(entry, { kind: 'failed', error: new QueueFullError(facts) });
        return;
      }
      case 'wrong': {
        const cause = new JetStreamApiError(subject, { code: 400, err_code: verdict.errorCode });
        const error = new TerminalError(`${subject} was refused: ${verdict.detail}`, { cause });
        this.#settle(entry, { kind: 'failed', error });
        return;
      }
      case 'again':
        entry.isAnswered = true;
        entry.dueAtMs = performance.now() + backOffMs(entry.tries, firstRetryMs, mostRetryMs);
        if (entry.tries % 10 === 3) {
          const { tries } = entry;
          this.#bus.log.warn({ subject, tries, detail: verdict.detail }, 'publish is retried');
        }
    }
  }

  #settle(entry: Entry, result: SendResult): void {
    if (!this.#entries.delete(entry.token)) return;
    if (this.#entries.size === 0) {
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }
    entry.settle(result);
  }

  #giveUp(entry: Entry): void {
    const error = new UnavailableError(entry.outgoing.subject, entry.unanswered > 0);
    this.#settle(entry, { kind: 'failed', error });
  }

  #onStatus(status: BusStatus): void {
    for (const entry of [...this.#entries.values()]) {
      if (status === 'closed') this.#giveUp(entry);
      else if (status === 'connected') this.#transmit(entry);
      else entry.dueAtMs = Infinity;
    }
  }

  #sweep(): void {
    const nowMs = performance.now();
    const unanswered: Entry[] = [];
    for (const entry of [...this.#entries.values()]) {
      if (nowMs >= (entry.outgoing.giveUpAtMs ?? Infinity)) this.#giveUp(entry);
      else if (nowMs < entry.dueAtMs) continue;
      else if (entry.isAnswered) this.#transmit(entry);
      else unanswered.push(entry);
    }
    if (unanswered.length > 0) void this.#sendAgainAfterPing(unanswered);
  }

  async #sendAgainAfterPing(entries: readonly Entry[]): Promise<void> {
    if (this.#isProbing) return;
    this.#isProbing = true;
    try {
      await this.#bus.connection.flush();
      const late = entries.filter((entry) => this.#entries.has(entry.token));
      if (late.length > 0) this.#bus.log.warn({ count: late.length }, 'publishes went unanswered');
      for (const entry of late) this.#transmit(entry);
    } catch {
      // Disconnected meanwhile: 'connected' sends everything again.
    } finally {
      this.#isProbing = false;
    }
  }
}

const shared = new WeakMap<Bus, AckedSender>();

/** The sender for single messages over this bus; it ends with the bus. */
export function senderOf(bus: Bus): AckedSender {
  const known = shared.get(bus);
  if (known !== undefined) return known;
  const sender = new AckedSender(bus);
  shared.set(bus, sender);
  return sender;
}
