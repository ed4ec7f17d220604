// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { DeadLetter, Intent, Outcome, SubmitItem } from '@sendium/contracts';
import { createStatusPolicy, type DeliveryRules } from '@sendium/delivery';
import type { Answer, OutgoingRequest } from '@sendium/smpp-link';
import { AttemptBook } from './attempt-book.ts';
import { AttemptMemory } from './attempt-memory.ts';
import { BindSlot, type CarrierSession } from './bind-slot.ts';
import type { Journal } from './journal.ts';
import { SegmentReferences } from './segment-references.ts';
import { planSubmits, type SubmitSettings } from './submit-plan.ts';
import type { SubmitterClock } from './submitter-clock.ts';
import { Submitter } from './submitter.ts';
import { validityOf } from './validity-period.ts';
import { Valve } from './valve.ts';

/** A connector that says nothing about the fields of submit_sm. */
export const plainSubmits: SubmitSettings = {
  longMessage: 'udh8',
  defaultAlphabet: 'gsm7',
  hasTlvs: true,
  submit: {
    addressing: { source: {}, destination: {} },
    ...{ serviceType: '', esmClass: 0, protocolId: 0, priorityFlag: 0, tlvs: [] },
    ...{ validity: 'relative', validityMaxMs: 2_592_000_000, registeredDelivery: 'asked' },
  },
};

/** One submit_sm that a carrier has and has not answered. */
export interface Pending {
  readonly pdu: OutgoingRequest<'submit_sm'>;
  readonly answer: (answer: Answer<'submit_sm'>) => void;
}

/** A bound session whose answers the test gives. */
export class HandSession implements CarrierSession {
  readonly pending: Pending[] = [];
  rebinds = 0;

  request(pdu: OutgoingRequest<'submit_sm'>): Promise<Answer<'submit_sm'>> {
    return new Promise((answer) => {
      this.pending.push({ pdu, answer });
    });
  }

  rebind(): void {
    this.rebinds += 1;
  }

  /** Answers the oldest request: with a command_status, or that nothing came. */
  async answer(how: number | 'lost' | 'unsent'): Promise<void> {
    const next = this.pending.shift();
    if (next === undefined) throw new Error('nothing is pending');
    next.answer(typeof how === 'number' ? responseOf(how) : { kind: how });
    await turn();
  }

  /** Texts of what is pending, in order. */
  get texts(): readonly string[] {
    return this.pending.map(({ pdu }) => pdu.shortMessage?.toString('latin1') ?? '');
  }
}

function responseOf(status: number): Answer<'submit_sm'> {
  const pdu = {
    command: 'submit_sm_resp',
    commandStatus: status,
    sequenceNumber: 1,
    messageId: 'carrier-id',
    tlvs: {},
  } as const;
  return { kind: 'answered', status, pdu };
}

/** A journal in memory; entries become durable when the test says so. */
export class HandJournal implements Journal {
  readonly outcomes: Outcome[] = [];
  readonly intents: Intent[] = [];
  readonly passedOn: { readonly item: SubmitItem; readonly dueAtMs: number }[] = [];
  readonly buried: DeadLetter[] = [];
  isDurable = true;
  #waiting: (() => void)[] = [];

  outcome(outcome: Outcome): Promise<void> {
    return this.#write(() => this.outcomes.push(outcome));
  }

  intent(intent: Intent): Promise<void> {
    return this.#write(() => this.intents.push(intent));
  }

  passOn(item: SubmitItem, dueAtMs: number): Promise<void> {
    return this.#write(() => this.passedOn.push({ item, dueAtMs }));
  }

  bury(letter: DeadLetter): Promise<void> {
    return this.#write(() => this.buried.push(letter));
  }

  /** What waits is durable now. */
  async commit(): Promise<void> {
    for (const write of this.#waiting.splice(0)) write();
    await turn();
  }

  #write(enter: () => void): Promise<void> {
    return new Promise((resolve) => {
      const write = (): void => {
        enter();
        resolve();
      };
      if (this.isDurable) write();
      else this.#waiting.push(write);
    });
  }
}

/** A clock that stands still until it is turned. */
export class HandClock implements SubmitterClock {
  ms = 1_800_000_000_000;
  #timers: { readonly atMs: number; readonly run: () => void }[] = [];

  nowMs(): number {
    return this.ms;
  }

  monotonicMs(): number {
    return this.ms;
  }

  startTimer(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.ms + delayMs, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  async advance(ms: number): Promise<void> {
    this.ms += ms;
    const due = this.#timers.filter(({ atMs }) => atMs <= this.ms);
    this.#timers = this.#timers.filter(({ atMs }) => atMs > this.ms);
    for (const { run } of due) run();
    await turn();
  }
}

/** Lets promises settle. */
export async function turn(): Promise<void> {
  for (let step = 0; step < 20; step += 1) await Promise.resolve();
}

/** What a test chooses. */
export interface StageOptions {
  readonly binds?: number;
  readonly windowSize?: number;
  readonly ratePerSecond?: number;
  readonly rules?: Partial<DeliveryRules>;
}

/** A submitter whose surroundings the test plays. */
export function submitterStage({
  binds = 1,
  windowSize = 10,
  ratePerSecond = 0,
  rules = {},
}: StageOptions = {}) {
  const journal = new HandJournal();
  const clock = new HandClock();
  const memory = new AttemptMemory();
  const slots = Array.from({ length: binds }, () => new BindSlot(windowSize));
  const references = new SegmentReferences();
  const counts = { sent: 0, answered: 0, unanswered: 0 };
  const connector = 'sim';
  const submitter = new Submitter({
    ...{ connector, binds: slots, journal, clock },
    book: new AttemptBook({ connector, producer: 'this-process', memory, journal }),
    valve: new Valve({ ratePerSecond, windowSize, pauses: { firstMs: 1_000, longestMs: 10_000 } }),
    rules: { statusPolicy: createStatusPolicy(), onUnknownOutcome: 'resend', ...rules },
    plan: ({ message }) => planSubmits(message, plainSubmits, references),
    validityOf: (expiresAtMs, nowMs) => validityOf(expiresAtMs, nowMs, plainSubmits.submit),
    random: () => 0.5,
    metrics: {
      sent: () => (counts.sent += 1),
      answered: () => (counts.answered += 1),
      unanswered: () => (counts.unanswered += 1),
    },
  });
  const sessions = slots.map((slot) => {
    const session = new HandSession();
    submitter.attach(slot, session);
    return session;
  });
  submitter.run();
  const session = sessions[0] ?? new HandSession();
  return { journal, clock, memory, slots, submitter, sessions, session, counts };
}
