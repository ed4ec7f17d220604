// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * The reports of one account and the SMS for it, from its first receiving bind here to its last. Invariants:
 * A1  A batch is acknowledged when each of its items was answered for good, or stands in LATER to come
 *     again. Whatever ends before that, they come again: twice perhaps, lost never.
 * A2  What is here is bounded, however much waits: twice what the windows hold and a few batches. Where a
 *     client is slow, other replicas with binds of the account have the rest.
 * A3  Without a bind nothing stays here: what was begun goes back by LATER, what was not is given back, so
 *     that a bind elsewhere, or the next one here, gets it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  consumeBatches,
  deadLetters,
  ensureConsumer,
  scheduleLater,
  TerminalError,
  type BatchConsumer,
  type Bus,
  type BusLog,
  type Publisher,
} from '@sendium/bus';
import type { Configuration } from '@sendium/configuration';
import {
  decodeDeliverBatch,
  deliverConsumer,
  dueDeliverConsumer,
  dueDeliverChannel,
  encodeDeliverBatch,
  deliverIdOf,
  subjects,
  type DeliverItem,
} from '@sendium/contracts';
import { noTracing, type Tracing } from '@sendium/telemetry';
import { offerItem } from './offer-item.ts';
import { ReceivingBinds, type ReceivingBind } from './receiving-binds.ts';
import type { DeliveryMetrics } from './delivery-metrics.ts';
import type { DeliveryVerdict } from './delivery-verdict.ts';
import { destinationOf, isSmppItem, messageIdOf, type SmppItem } from './smpp-item.ts';
import { traceDelivery } from './trace-delivery.ts';

/** What giving stands on. */
export interface DeliveryWork {
  readonly bus: Bus;
  readonly publisher: Publisher;
  readonly producer: string;
  readonly log: BusLog;
  readonly metrics: DeliveryMetrics;
  readonly tracing?: Tracing;
  readonly configuration: { readonly current: Pick<Configuration, 'connectors' | 'carriers'> };
  readonly nowMs: () => number;
  /** How long that waits that the client puts off: doubling from the first to the most. */
  readonly putOff: { readonly firstMs: number; readonly mostMs: number };
}

/** One is worked on, one is there when that is done: what a slow client keeps from others is little. */
const lookAheadBatches = 2;
/** At five minutes each, about three days. */
const mostTries = 900;
const retryMs = 1000;

export class AccountDeliveries implements AsyncDisposable {
  readonly #account: string;
  readonly #work: DeliveryWork;
  readonly #binds = new ReceivingBinds();
  readonly #ended = new AbortController();
  readonly #reading: Promise<BatchConsumer | undefined>;

  constructor(account: string, work: DeliveryWork) {
    this.#account = account;
    this.#work = work;
    this.#reading = this.#beginReading();
  }

  get binds(): number {
    return this.#binds.size;
  }

  add(bind: ReceivingBind): void {
    this.#binds.add(bind);
    void this.#reading.then((reader) => reader?.resume());
  }

  remove(bind: ReceivingBind): void {
    this.#binds.remove(bind);
  }

  /** Waits for the answers under way, gives back the rest. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    this.#binds.close();
    await (await this.#reading)?.[Symbol.asyncDispose]();
  }

  async #beginReading(): Promise<BatchConsumer | undefined> {
    const { bus, log } = this.#work;
    const consumers = [
      dueDeliverConsumer('smpp', this.#account),
      deliverConsumer('smpp', this.#account),
    ];
    while (!this.#ended.signal.aborted) {
      try {
        for (const consumer of consumers) await ensureConsumer(bus, consumer);
        return this.#consume(consumers);
      } catch (err) {
        log.warn({ err, account: this.#account }, 'reports and SMS cannot be read now');
        await pause(retryMs, undefined, { signal: this.#ended.signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  #consume(sources: readonly { stream: string; durable: string }[]): BatchConsumer {
    const { bus, publisher, producer, nowMs } = this.#work;
    return consumeBatches<DeliverItem>(bus, {
      sources: sources.map(({ stream, durable }) => ({ stream, durable })),
      decode: decodeDeliverBatch,
      handle: (item) => {
        if (!isSmppItem(item)) throw new TerminalError(`${item.kind} is nothing for SMPP clients`);
        return this.#tell(item);
      },
      deadLetter: deadLetters<DeliverItem>(publisher, {
        origin: 'ingress-smpp-deliveries',
        encode: (item) => encodeDeliverBatch([item], producer),
        ...{ messageIdOf, nowMs },
      }),
      maxItemsInHand: () => this.#mostInHand(),
      lookAheadBatches,
    });
  }

  /** At the end all that was begun goes back at once. */
  #mostInHand(): number {
    return this.#ended.signal.aborted ? Infinity : 2 * this.#binds.windowSize;
  }

  async #tell(item: SmppItem): Promise<void> {
    const { metrics } = this.#work;
    for (;;) {
      const turn = await this.#binds.take(item);
      if (turn.kind === 'closed') return this.#giveBack(item);
      if (turn.kind === 'dropped') {
        metrics.ended(item, 'dropped');
        return;
      }
      const verdict = await this.#offer(item, turn.bind);
      // Before the next one takes the place.
      if (verdict.kind === 'refused_all') this.#dropAllTo(destinationOf(item));
      if (!turn.bind.session.isBound) this.#binds.remove(turn.bind);
      turn.release();
      switch (verdict.kind) {
        case 'again':
          break;
        case 'put_off':
          return this.#putOff(item);
        case 'unsendable':
          throw new TerminalError(`It cannot be written: ${verdict.reason}`);
        case 'refused_all':
        case 'refused':
          metrics.ended(item, 'refused');
          return;
        case 'delivered':
          metrics.ended(item, 'delivered');
          return;
      }
    }
  }

  async #offer(item: SmppItem, bind: ReceivingBind): Promise<DeliveryVerdict> {
    const { metrics, configuration, tracing = noTracing } = this.#work;
    const startedAtMs = performance.now();
    const context = { metrics, configuration: configuration.current };
    const verdict = await offerItem(item, bind, context);
    const account = this.#account;
    traceDelivery(tracing, item, { result: verdict.kind, startedAtMs, account });
    return verdict;
  }

  /** Of those in hand: what waits in the queue may be about another matter by the time it comes. */
  #dropAllTo(destination: string): void {
    this.#binds.drop((item) => destinationOf(item) === destination);
  }

  async #putOff(item: SmppItem): Promise<void> {
    const { bus, producer, nowMs, putOff, metrics } = this.#work;
    if (item.tries >= mostTries) throw new TerminalError('The client has put it off too often.');
    const again: SmppItem = { ...item, tries: item.tries + 1 };
    await scheduleLater(bus, {
      id: `smpp-${deliverIdOf(item)}`,
      atMs: nowMs() + Math.min(putOff.mostMs, putOff.firstMs * 2 ** item.tries),
      targetSubject: subjects.dueDeliver('smpp', this.#account),
      octets: encodeDeliverBatch([again], producer),
    });
    metrics.ended(item, 'put_off');
  }

  async #giveBack(item: SmppItem): Promise<void> {
    const { publisher, producer, metrics } = this.#work;
    await publisher.publish(dueDeliverChannel('smpp', this.#account, producer), item);
    metrics.ended(item, 'given_back');
  }
}
