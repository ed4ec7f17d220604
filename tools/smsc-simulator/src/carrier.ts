// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { timingSafeEqual } from 'node:crypto';
import { Agenda } from './agenda.ts';
import { Bind } from './bind.ts';
import { CarrierIds } from './carrier-ids.ts';
import type { BindRequest, Brain, Link } from './link.ts';
import { MessageRing } from './message-ring.ts';
import type { Item } from './outbox.ts';
import { Outbox } from './outbox.ts';
import { createRandom } from './random.ts';
import { RateMeter } from './rate-meter.ts';
import type { ReceiptPlan } from './receipt-plan.ts';
import { planReceipt } from './receipt-plan.ts';
import type { Received } from './received.ts';
import type { Settings } from './settings.ts';
import type { CarrierStats } from './stats.ts';
import { status } from './status.ts';
import type { Submission } from './submission.ts';
import { TokenCounts } from './token-counts.ts';
import { Verdicts } from './verdicts.ts';

/** What does not answer: nothing, submit_sm only, or everything. */
export type Silence = 'nothing' | 'submits' | 'all';

const zeroCounts = () => ({
  bindsOpened: 0,
  bindsRefused: 0,
  bindsLiveMax: 0,
  submissions: 0,
  firstSubmissionAt: 0,
  lastSubmissionAt: 0,
  responses: 0,
  windowMax: 0,
  receiptsLost: 0,
  protocolErrors: 0,
});

/**
 * The carrier behind the sockets: decides every answer, remembers what it took, and owes receipts.
 * All its state is in memory; its decisions follow from the seed and the order of requests.
 */
export class Carrier implements Brain {
  readonly agenda = new Agenda();
  readonly tokens: TokenCounts;
  readonly messages: MessageRing<Received>;
  readonly outbox: Outbox;
  readonly #atStart: Settings;
  readonly #verdicts: Verdicts;
  readonly #ids: CarrierIds;
  readonly #live = new Set<Bind>();
  readonly #silent = new Set<Bind>();
  readonly #sweeper: NodeJS.Timeout;
  #settings: Settings;
  #silence: Silence = 'nothing';
  #held: (() => void)[] = [];
  #counts = zeroCounts();
  #submitRate = new RateMeter();
  #nextBind = 1;

  constructor(settings: Settings, seed: number, firstId: number) {
    this.#atStart = settings;
    this.#settings = settings;
    this.tokens = new TokenCounts(settings.token);
    this.messages = new MessageRing(settings.keepMessages);
    this.outbox = new Outbox(this.agenda, () => this.#settings);
    this.#verdicts = new Verdicts(createRandom(seed));
    this.#ids = new CarrierIds(firstId);
    this.#sweeper = setInterval(() => this.outbox.sweep(), 250);
    this.#sweeper.unref();
  }

  get settings(): Settings {
    return this.#settings;
  }

  get inactivityMs(): number {
    return this.#settings.inactivityMs;
  }

  change(patch: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...patch };
    if (patch.token !== undefined) this.tokens.setPattern(patch.token);
    if (patch.keepMessages !== undefined) this.messages.setCapacity(patch.keepMessages);
    this.outbox.sweep();
  }

  /** Forgets messages, counts and debts, answers again, and returns to the settings of the start. */
  reset(): void {
    this.change(this.#atStart);
    this.resume();
    this.tokens.clear();
    this.messages.clear();
    this.outbox.clear();
    this.#counts = { ...zeroCounts(), bindsLiveMax: this.#live.size };
    this.#submitRate = new RateMeter();
    this.#verdicts.clear();
  }

  open(link: Link, request: BindRequest): { status: number; bind?: Bind } {
    const answer = this.#admit(request);
    if (answer !== status.ok) {
      this.#counts.bindsRefused += 1;
      return { status: answer };
    }
    const bind = new Bind(this.#nextBind++, link, request, {
      begin: (by) => this.#begin(by),
      submit: (by, submission) => this.#submit(by, submission),
      close: (by) => this.#close(by),
    });
    this.#live.add(bind);
    this.#counts.bindsOpened += 1;
    this.#counts.bindsLiveMax = Math.max(this.#counts.bindsLiveMax, this.#live.size);
    return { status: status.ok, bind };
  }

  whenAnswering(answer: () => void): void {
    if (this.#silence === 'all') this.#held.push(answer);
    else answer();
  }

  protocolError(): void {
    this.#counts.protocolErrors += 1;
  }

  /** Withholds answers from now on; requests are still taken. */
  stopAnswering(what: Exclude<Silence, 'nothing'>): void {
    this.#silence = what;
  }

  /** Answers again, also everything that was withheld. */
  resume(): void {
    this.#silence = 'nothing';
    const held = this.#held;
    this.#held = [];
    for (const answer of held) answer();
  }

  /** Ends up to `count` connections now, the oldest first; gives their number. */
  disconnect(count: number): number {
    const ended = [...this.#live, ...this.#silent].slice(0, count);
    for (const bind of ended) {
      bind.link.destroy();
      this.#close(bind);
    }
    return ended.length;
  }

  /** Leaves up to `count` connections half open; they no longer count as live. */
  dropSilent(count: number): number {
    const dropped = [...this.#live].slice(0, count);
    for (const bind of dropped) {
      bind.link.silence();
      this.#close(bind);
      this.#silent.add(bind);
    }
    return dropped.length;
  }

  /** Owes a message to that system_id, or to the one bound last; false when there is none. */
  owe(item: (systemId: string) => readonly Item[], systemId: string | undefined): boolean {
    const name = systemId ?? [...this.#live].at(-1)?.systemId ?? this.#settings.systemId;
    if (name === null) return false;
    for (const one of item(name)) this.outbox.add(one);
    return true;
  }

  stats(): CarrierStats {
    const { receipt, message } = this.outbox.counts;
    const nowMs = this.agenda.now();
    return {
      ...this.#counts,
      bindsLive: this.#live.size,
      bindsSilent: this.#silent.size,
      ...this.#verdicts.stats(),
      submissionsPerSecond: this.#submitRate.current(nowMs),
      submissionsPerSecondMax: this.#submitRate.max,
      responsesHeld: this.#held.length,
      receipts: { ...receipt, unacked: receipt.made - receipt.acked },
      injected: { ...message, unacked: message.made - message.acked },
      tokens: this.tokens.size,
      tokensOverlooked: this.tokens.overlooked,
      messages: this.messages.last,
      binds: [...this.#live].map((bind) => bind.describe()),
    };
  }

  close(): void {
    clearInterval(this.#sweeper);
    this.agenda.clear();
  }

  #admit({ systemId, password }: BindRequest): number {
    const settings = this.#settings;
    const isKnown = settings.systemId === null || systemId === settings.systemId;
    const isRight = settings.password === null || isSame(password, settings.password);
    if (!isKnown || !isRight) return status.bindFailed;
    const isFull = settings.maxBinds > 0 && this.#live.size >= settings.maxBinds;
    return isFull ? status.bindFailed : status.ok;
  }

  #begin(bind: Bind): void {
    if (bind.mode !== 'transmitter' && this.#live.has(bind)) this.outbox.attach(bind);
  }

  #close(bind: Bind): void {
    this.#live.delete(bind);
    this.#silent.delete(bind);
    this.outbox.detach(bind);
  }

  #submit(bind: Bind, submission: Submission): void {
    const nowMs = this.agenda.now();
    const answer = this.#verdicts.decide(this.#settings, nowMs);
    const id = answer === status.ok ? this.#ids.next() : 0;
    this.#counts.submissions += 1;
    this.#counts.lastSubmissionAt = Date.now();
    this.#counts.firstSubmissionAt ||= this.#counts.lastSubmissionAt;
    this.#submitRate.add(nowMs);
    bind.unanswered += 1;
    if (bind.unanswered > this.#counts.windowMax) this.#counts.windowMax = bind.unanswered;
    const messageId = id === 0 ? '' : this.#ids.format(id, this.#settings, 'responseId');
    this.#remember(bind, submission, answer, messageId);
    const answerMs = this.#answerTime(bind, nowMs);
    const plan = id === 0 ? undefined : this.#planReceipt(bind, submission, id);
    if (plan?.isEarly === true) this.#oweAll(plan.items);
    if (answerMs === undefined) this.#answer(bind, submission.sequence, answer, messageId);
    else this.agenda.at(answerMs, () => this.#answer(bind, submission.sequence, answer, messageId));
    if (plan?.isEarly === false) this.#oweAll(plan.items, dueAfter(answerMs, nowMs, plan.waitMs));
  }

  #planReceipt(bind: Bind, submission: Submission, id: number): ReceiptPlan | undefined {
    const messageId = this.#ids.format(id, this.#settings, 'receiptId');
    const carrier = { settings: this.#settings, verdicts: this.#verdicts, messageId };
    const plan = planReceipt(submission, bind, carrier);
    if (plan?.isLost === true) this.#counts.receiptsLost += 1;
    return plan;
  }

  #oweAll(items: readonly Item[], dueMs?: number): void {
    for (const item of items) this.outbox.add(item, dueMs);
  }

  #remember(bind: Bind, submission: Submission, answer: number, messageId: string): void {
    if (answer === status.ok) this.tokens.add(submission);
    if (this.#settings.keepMessages === 0) {
      this.messages.skip();
      return;
    }
    const octets = Buffer.from(submission.octets);
    const tlvs = submission.tlvs.map(({ tag, value }) => ({ tag, value: Buffer.from(value) }));
    this.messages.add({
      submission: { ...submission, octets, tlvs },
      atEpochMs: Date.now(),
      bind: bind.id,
      systemId: bind.systemId,
      status: answer,
      messageId,
    });
  }

  #answer(bind: Bind, sequence: number, answer: number, messageId: string): void {
    if (this.#silence !== 'nothing') {
      this.#held.push(() => this.#answer(bind, sequence, answer, messageId));
      return;
    }
    bind.unanswered -= 1;
    if (this.#live.has(bind)) this.#counts.responses += 1;
    bind.link.answerSubmit(sequence, answer, messageId);
  }

  /** When to answer; undefined for now. Without `outOfOrder` never before the request ahead. */
  #answerTime(bind: Bind, nowMs: number): number | undefined {
    const { latencyMs, latencyJitterMs, outOfOrder } = this.#settings;
    // Answers cannot overtake each other without time between them.
    const jitterMs = outOfOrder ? Math.max(latencyJitterMs, 20) : latencyJitterMs;
    if (latencyMs === 0 && jitterMs === 0 && bind.answersUntilMs <= nowMs) return undefined;
    const dueMs = nowMs + latencyMs + this.#verdicts.random() * jitterMs;
    if (outOfOrder) return dueMs;
    bind.answersUntilMs = Math.max(bind.answersUntilMs, dueMs);
    return bind.answersUntilMs;
  }
}

/** When a receipt is due: at once (undefined) only if the answer was not delayed either. */
function dueAfter(answerMs: number | undefined, nowMs: number, waitMs: number): number | undefined {
  return answerMs === undefined && waitMs === 0 ? undefined : (answerMs ?? nowMs) + waitMs;
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
