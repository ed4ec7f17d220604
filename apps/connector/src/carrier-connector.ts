// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * One connector: DISPATCH → submitter → links → carrier, and what comes back → EVENTS, INBOUND, LATER.
 *
 * A process that holds no bind slot reads nothing: what waits goes to its fellows.
 *
 * Its end: nothing more is pulled, what was not submitted goes back to the router, what is on its way
 * gets some seconds; then the links unbind. What has no end by then is handed out again by NATS.
 */

import {
  applyTopology,
  consumeBatches,
  deadLetters,
  scheduleLater,
  type BatchConsumer,
  type Bus,
  type Publisher,
} from '@sendium/bus';
import type { Connector, SecretSource } from '@sendium/configuration';
import {
  connectorConsumers,
  deadLetterChannel,
  decodeDispatchBatch,
  encodeDispatchBatch,
  encodeSubmitBatch,
  subjects,
  type DispatchItem,
} from '@sendium/contracts';
import { createStatusPolicy } from '@sendium/delivery';
import { pause, type Clock, type Logger } from '@sendium/runtime';
import type { Metrics, Tracing } from '@sendium/telemetry';
import { AttemptBook } from './attempt-book.ts';
import { AttemptMemory } from './attempt-memory.ts';
import { BindSlot } from './bind-slot.ts';
import { CarrierSlots, type SlotReport } from './carrier-slots.ts';
import { createConnectorMetrics } from './connector-metrics.ts';
import { InboundDesk } from './inbound-desk.ts';
import { natsJournal, type Journal } from './journal.ts';
import { followLinkOrder, type LinkOrder } from './link-orders.ts';
import { OutcomeHistory } from './outcome-history.ts';
import { SegmentReferences } from './segment-references.ts';
import { createSubmitMetrics } from './submit-metrics.ts';
import { planSubmits } from './submit-plan.ts';
import { RecentRate } from './recent-rate.ts';
import { reactionsOf } from './status-reactions.ts';
import { Submitter } from './submitter.ts';
import { createSubmitTrace } from './trace-submits.ts';
import { validityOf } from './validity-period.ts';
import { Valve } from './valve.ts';

/** What every connector of the process works with. */
export interface ConnectorWork {
  readonly bus: Bus;
  readonly producer: string;
  /** Keeps trying; waits when it is full. */
  readonly publisher: Publisher;
  /** Gives up early; refuses when it is full. */
  readonly inboundPublisher: Publisher;
  readonly secrets: SecretSource;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing?: Tracing;
}

const tickMs = 1_000;
/** For what is on its way when the connector stops. */
const drainMs = 4_000;
/** Without any slot for so long, what waits in this process goes back to the router. */
const slotlessMs = 3_000;
/** What is in hand waits for slots about one window ahead. */
const windowsInHand = 2;
/** Batches that wait in this process, so that a slow connector leaves the rest to its fellows. */
const lookAheadBatches = (itemsInHand: number): number =>
  Math.min(8, Math.max(2, Math.ceil(itemsInHand / 16)));

/** A running connector. */
export class CarrierConnector implements AsyncDisposable {
  readonly settings: Connector;
  readonly #work: ConnectorWork;
  readonly #givingUp = new AbortController();
  readonly #memory = new AttemptMemory();
  readonly #slots: readonly BindSlot[];
  readonly #submitter: Submitter;
  readonly #history: OutcomeHistory;
  readonly #valve: Valve;
  readonly #carrierSlots: CarrierSlots;
  readonly #consumer: BatchConsumer;
  readonly #orders: Promise<AsyncDisposable | undefined>;
  readonly #ticker: NodeJS.Timeout;
  readonly #stopStatus: () => void;
  readonly #sent = new RecentRate();
  #order: LinkOrder | undefined;
  #isReading = false;
  #slotlessForMs = 0;

  constructor(settings: Connector, work: ConnectorWork) {
    this.settings = settings;
    this.#work = work;
    const { bus, producer, clock } = work;
    const { name: connector, group, onUnknownOutcome } = settings;
    this.#slots = Array.from({ length: settings.binds }, () => new BindSlot(settings.windowSize));
    const { ratePerSecond, windowSize, timers } = settings;
    const pauses = { firstMs: timers.throttleMs, longestMs: timers.throttleMaxMs };
    this.#valve = new Valve({ ratePerSecond, windowSize, pauses });
    this.#submitter = this.#createSubmitter();
    // Until it is known what operators want.
    this.#submitter.pause(true);
    this.#history = new OutcomeHistory({
      ...{ bus, connector, group, producer, memory: this.#memory },
      withIntents: onUnknownOutcome === 'park',
      nowMs: () => clock.nowMs(),
    });
    this.#stopStatus = bus.onStatus((status) => {
      if (status !== 'connected') this.#submitter.hold();
    });
    this.#consumer = this.#consume();
    void this.#consumer.pause();
    this.#carrierSlots = this.#createSlots();
    this.#orders = this.#followOrders();
    this.#ticker = setInterval(() => this.#tick(), tickMs);
  }

  /** Sets the gauges; for whoever looks at the metrics. */
  observe(): void {
    const { metrics } = this.#work;
    const { name: connector } = this.settings;
    const taken = this.#slots.reduce((sum, slot) => sum + slot.taken, 0);
    const size = this.#slots.reduce((sum, slot) => sum + slot.windowSize, 0);
    metrics.gauge('sendium_smpp_window_in_flight', { connector }).set(taken);
    metrics.gauge('sendium_smpp_window_size', { connector }).set(size);
    const { reports } = this.#carrierSlots;
    const states = reports.flatMap(({ links }) => links.map(({ state }) => state));
    for (const state of ['bound', 'connecting', 'waiting'] as const) {
      const count = states.filter((each) => each === state).length;
      metrics.gauge('sendium_smpp_binds', { role: 'client', connector, state }).set(count);
    }
    for (const state of ['open', 'waiting', 'closing'] as const) {
      const count = reports.filter((each) => each.state === state).length;
      metrics.gauge('sendium_smpp_bind_slots', { connector, state }).set(count);
    }
    metrics.gauge('sendium_submit_rate_limit', { connector }).set(this.#valve.ratePerSecond);
    metrics.gauge('sendium_link_paused', { connector }).set(this.isPaused ? 1 : 0);
  }

  /** Whether operators have paused it. */
  get isPaused(): boolean {
    return this.#order?.isPaused ?? false;
  }

  /** What it may send a second in this process; 0 is no limit. */
  get rateLimit(): number {
    return this.#valve.ratePerSecond;
  }

  /** submit_sm a second, over the last ten. */
  get submitRate(): number {
    return this.#sent.perSecond(this.#work.clock.monotonicMs());
  }

  /** Attempts that this process has in hand. */
  get inHand(): number {
    return this.#consumer.itemsInHand;
  }

  /** Its bind slots as this process sees them. */
  get slots(): readonly SlotReport[] {
    return this.#carrierSlots.reports;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#ticker);
    this.#submitter.stop();
    await this.#consumer[Symbol.asyncDispose]();
    this.#givingUp.abort();
    this.#submitter.giveUp();
    await this.#carrierSlots[Symbol.asyncDispose]();
    await (await this.#orders)?.[Symbol.asyncDispose]();
    this.#stopStatus();
    await this.#history[Symbol.asyncDispose]();
    for (const slot of this.#slots) slot.taken = 0;
    this.observe();
  }

  #createSubmitter(): Submitter {
    const { producer, clock, metrics, tracing } = this.#work;
    const { name: connector, onUnknownOutcome, retryDelaysMs, submit } = this.settings;
    const journal = this.#createJournal();
    const references = new SegmentReferences();
    return new Submitter({
      connector,
      binds: this.#slots,
      book: new AttemptBook({ connector, producer, memory: this.#memory, journal }),
      journal,
      valve: this.#valve,
      rules: {
        statusPolicy: createStatusPolicy(reactionsOf(this.settings)),
        ...{ onUnknownOutcome, retryDelaysMs },
      },
      validityOf: (expiresAtMs, nowMs) => validityOf(expiresAtMs, nowMs, submit),
      plan: ({ message }) => planSubmits(message, this.settings, references),
      clock: {
        nowMs: () => clock.nowMs(),
        monotonicMs: () => clock.monotonicMs(),
        startTimer: (delayMs, run) => {
          const timer = setTimeout(run, delayMs);
          return () => {
            clearTimeout(timer);
          };
        },
      },
      random: Math.random,
      trace: createSubmitTrace(tracing, connector),
      metrics: createSubmitMetrics(metrics, connector, () => {
        this.#sent.count(clock.monotonicMs());
      }),
    });
  }

  #createJournal(): Journal {
    const { bus, publisher, producer, clock, metrics } = this.#work;
    const { name, group } = this.settings;
    const dead = deadLetterChannel(name);
    const buried = metrics.counter('sendium_dead_letters_total', { origin: name });
    return natsJournal(group, producer, {
      publisher,
      schedule: (item, dueAtMs) =>
        scheduleLater(bus, {
          id: item.message.id,
          atMs: dueAtMs,
          targetSubject: subjects.dueSubmit(item.message.lane),
          octets: encodeSubmitBatch([item], producer),
        }),
      bury: async (letter) => {
        await publisher.publish(dead, letter);
        buried.inc();
      },
      nowMs: () => clock.nowMs(),
      pause: (ms) => pause(ms, this.#givingUp.signal),
      givingUp: this.#givingUp.signal,
    });
  }

  #createSlots(): CarrierSlots {
    const { bus, producer, inboundPublisher, secrets, clock, log, metrics, tracing } = this.#work;
    const { binds, name } = this.settings;
    const counts = createConnectorMetrics(metrics, name);
    const desk = new InboundDesk({
      ...{ source: this.settings, producer, publisher: inboundPublisher, clock },
      hasFellowLost: () => this.#carrierSlots.hasFellowLost(),
      ...{ onTaken: counts.answered, tracing },
    });
    return new CarrierSlots({
      ...{ bus, producer, connector: this.settings, slots: this.#slots },
      onOpenChange: (open) => {
        if (open > 0) this.#valve.hold(open / binds);
        this.#readOnlyWith(open);
      },
      links: {
        ...{ connector: this.settings, secrets, log },
        onRequest: (pdu, link) => desk.take(pdu, link),
        onEnded: (link, isInOrder) => {
          desk.ended(link, isInOrder);
          if (!isInOrder) this.#carrierSlots.tellLoss();
        },
        onBound: (slot, session) => {
          this.#submitter.attach(slot, session);
        },
        onLost: (slot) => {
          this.#submitter.detach(slot);
        },
        onBindFailed: counts.bindFailed,
        onMalformed: counts.malformed,
      },
    });
  }

  #readOnlyWith(openSlots: number): void {
    const mayRead = openSlots > 0;
    if (mayRead === this.#isReading) return;
    this.#isReading = mayRead;
    void (mayRead ? this.#consumer.resume() : this.#consumer.pause());
  }

  /** Undefined where the end came before NATS. */
  async #followOrders(): Promise<AsyncDisposable | undefined> {
    const { bus, log } = this.#work;
    const connector = this.settings.name;
    while (!this.#givingUp.signal.aborted) {
      try {
        const followed = await followLinkOrder(bus, connector, (order) => {
          this.#obey(order);
        });
        if (this.#order === undefined) this.#obey({ isPaused: false, rebinds: 0 });
        return followed;
      } catch (error) {
        log.warn({ connector, err: error }, 'the orders for its links cannot be read yet');
        await pause(tickMs, this.#givingUp.signal);
      }
    }
    return undefined;
  }

  #obey(order: LinkOrder): void {
    const before = this.#order;
    this.#order = order;
    this.#submitter.pause(order.isPaused);
    if (before !== undefined && order.rebinds > before.rebinds) this.#carrierSlots.rebind();
  }

  #consume(): BatchConsumer {
    const { bus, publisher, producer, clock } = this.#work;
    const { name, binds, windowSize } = this.settings;
    const consumers = connectorConsumers(name);
    const maxItemsInHand = windowsInHand * binds * windowSize;
    return consumeBatches<DispatchItem>(bus, {
      sources: consumers,
      decode: decodeDispatchBatch,
      handle: (item) => this.#submitter.handle(item),
      deadLetter: deadLetters(publisher, {
        origin: name,
        encode: (item) => encodeDispatchBatch([item], producer),
        messageIdOf: (item) => item.message.id,
        nowMs: () => clock.nowMs(),
      }),
      maxItemsInHand,
      lookAheadBatches: lookAheadBatches(maxItemsInHand),
      beforePull: async () => {
        await applyTopology(bus, { consumers });
        await this.#history.catchUp();
        this.#submitter.run();
      },
      drainMs,
    });
  }

  #tick(): void {
    this.#submitter.sweep();
    this.#slotlessForMs = this.#carrierSlots.held > 0 ? 0 : this.#slotlessForMs + tickMs;
    if (this.#slotlessForMs >= slotlessMs) this.#submitter.giveBackWaiting();
    if (this.#work.bus.isConnected) this.#memory.age(tickMs);
  }
}
