// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * The reports of one account, from its first receiving bind here to its last. Invariants:
 * A1  A batch is acknowledged when each of its reports was answered for good, or stands in LATER to come
 *     again. Whatever ends before that, the reports come again: twice perhaps, lost never.
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
import {
  decodeDeliverBatch,
  deliverConsumer,
  dueDeliverConsumer,
  dueDeliverChannel,
  encodeDeliverBatch,
  reportIdOf,
  subjects,
  type Report,
} from '@sendium/contracts';
import { noTracing, type Tracing } from '@sendium/telemetry';
import { offerReport } from './offer-report.ts';
import { ReceivingBinds, type ReceivingBind } from './receiving-binds.ts';
import type { ReportMetrics } from './report-metrics.ts';
import type { ReportVerdict } from './report-verdict.ts';
import { traceReport } from './trace-report.ts';

/** What giving reports stands on. */
export interface ReportWork {
  readonly bus: Bus;
  readonly publisher: Publisher;
  readonly producer: string;
  readonly log: BusLog;
  readonly metrics: ReportMetrics;
  readonly tracing?: Tracing;
  readonly nowMs: () => number;
  /** How long a report waits that the client puts off: doubling from the first to the most. */
  readonly putOff: { readonly firstMs: number; readonly mostMs: number };
}

/** One is worked on, one is there when that is done: what a slow client keeps from others is little. */
const lookAheadBatches = 2;
/** At five minutes each, about three days. */
const mostTries = 900;
const retryMs = 1000;

export class AccountReports implements AsyncDisposable {
  readonly #account: string;
  readonly #work: ReportWork;
  readonly #binds = new ReceivingBinds();
  readonly #ended = new AbortController();
  readonly #reading: Promise<BatchConsumer | undefined>;

  constructor(account: string, work: ReportWork) {
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
        log.warn({ err, account: this.#account }, 'reports cannot be read now');
        await pause(retryMs, undefined, { signal: this.#ended.signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  #consume(sources: readonly { stream: string; durable: string }[]): BatchConsumer {
    const { bus, publisher, producer, nowMs } = this.#work;
    return consumeBatches<Report>(bus, {
      sources: sources.map(({ stream, durable }) => ({ stream, durable })),
      decode: (octets) =>
        decodeDeliverBatch(octets).filter((item): item is Report => item.kind === 'report'),
      handle: (report) => this.#tell(report),
      deadLetter: deadLetters<Report>(publisher, {
        origin: 'ingress-smpp-reports',
        encode: (report) => encodeDeliverBatch([report], producer),
        messageIdOf: ({ messageId }) => messageId,
        nowMs,
      }),
      maxItemsInHand: () => this.#mostInHand(),
      lookAheadBatches,
    });
  }

  /** At the end all that was begun goes back at once. */
  #mostInHand(): number {
    return this.#ended.signal.aborted ? Infinity : 2 * this.#binds.windowSize;
  }

  async #tell(report: Report): Promise<void> {
    const { metrics } = this.#work;
    for (;;) {
      const turn = await this.#binds.take(report);
      if (turn.kind === 'closed') return this.#giveBack(report);
      if (turn.kind === 'dropped') {
        metrics.ended(report, 'dropped');
        return;
      }
      const verdict = await this.#offer(report, turn.bind);
      // Before the next one takes the place.
      if (verdict.kind === 'refused_all') this.#dropAllTo(report.from);
      if (!turn.bind.session.isBound) this.#binds.remove(turn.bind);
      turn.release();
      switch (verdict.kind) {
        case 'again':
          break;
        case 'put_off':
          return this.#putOff(report);
        case 'unsendable':
          throw new TerminalError(`The report cannot be written: ${verdict.reason}`);
        case 'refused_all':
        case 'refused':
          metrics.ended(report, 'refused');
          return;
        case 'delivered':
          metrics.ended(report, 'delivered');
          return;
      }
    }
  }

  async #offer(report: Report, bind: ReceivingBind): Promise<ReportVerdict> {
    const { metrics, tracing = noTracing } = this.#work;
    const startedAtMs = performance.now();
    const verdict = await offerReport(report, bind, metrics);
    traceReport(tracing, report, { result: verdict.kind, startedAtMs });
    return verdict;
  }

  /** Of those in hand: what waits in the queue may be about another matter by the time it comes. */
  #dropAllTo({ value }: Report['from']): void {
    this.#binds.drop(({ from }) => from.value === value);
  }

  async #putOff(report: Report): Promise<void> {
    const { bus, producer, nowMs, putOff, metrics } = this.#work;
    if (report.tries >= mostTries) throw new TerminalError('The client has put it off too often.');
    const again: Report = { ...report, tries: report.tries + 1 };
    await scheduleLater(bus, {
      id: `report-${reportIdOf(report)}`,
      atMs: nowMs() + Math.min(putOff.mostMs, putOff.firstMs * 2 ** report.tries),
      targetSubject: subjects.dueDeliver('smpp', this.#account),
      octets: encodeDeliverBatch([again], producer),
    });
    metrics.ended(report, 'put_off');
  }

  async #giveBack(report: Report): Promise<void> {
    const { publisher, producer, metrics } = this.#work;
    await publisher.publish(dueDeliverChannel('smpp', this.#account, producer), report);
    metrics.ended(report, 'given_back');
  }
}
