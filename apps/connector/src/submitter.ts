// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * From items to submit_sm and from answers to outcomes.
 *
 * S1  A slot of a bind's window is taken when a submit_sm is handed to its session, and freed when the
 *     event of its outcome is durable. So after a kill -9 at most one window per bind is in doubt.
 * S2  The parts of a message go out in order over one bind; only when that is lost, over another.
 * S3  Every part is looked up in the memory right before it is submitted, however often the item was
 *     handed out. While NATS is away, or the memory not yet up to date, nothing is submitted.
 * S4  Only what the carrier surely did not take (throttled, unsent), or what the policy says to send
 *     again, is submitted twice in one attempt.
 * S5  Stopping: what was not submitted goes back to the router as the next attempt; what is on its way
 *     comes to its end; what is then still unanswered is left to whoever reads the item next.
 * S6  Paused by an operator, nothing is submitted and everything is kept; what is on its way comes to its
 *     end.
 */

import { TransientError } from '@sendium/bus';
import type { DispatchItem } from '@sendium/contracts';
import {
  chooseBind,
  countRetries,
  decideOutcome,
  type Decision,
  type SubmitEnd,
} from '@sendium/delivery';
import type { Answer } from '@sendium/smpp-link';
import { rateShareFor } from '@sendium/smpp-pdu';
import { AttemptQueue } from './attempt-queue.ts';
import type { Attempt } from './attempt.ts';
import type { BindSlot, CarrierSession } from './bind-slot.ts';
import type { SubmitterOptions } from './submitter-options.ts';
import type { TracedFlight } from './trace-submits.ts';
import { endOf, outcomeOf, type PartEnd } from './outcome-of.ts';

/** One part on its way. */
interface Flight extends TracedFlight {
  readonly attempt: Attempt;
  readonly bind: BindSlot;
}

/** Submits the items of one connector over its binds. */
export class Submitter {
  readonly #options: SubmitterOptions;
  readonly #queue = new AttemptQueue();
  #mayRun = false;
  #isStopping = false;
  #isPaused = false;
  #lastBind = -1;
  #wakeAtMs = Infinity;
  #cancelWake: (() => void) | undefined;

  constructor(options: SubmitterOptions) {
    this.#options = options;
  }

  /** Takes an item; resolves when its durable successor exists. */
  handle(item: DispatchItem): Promise<void> {
    const { attempt, isNew } = this.#options.book.take(item);
    if (isNew) this.#admit(attempt);
    return attempt.done;
  }

  /** NATS is there and the memory up to date. */
  run(): void {
    this.#mayRun = true;
    for (const attempt of this.#queue.takeWhere(() => true)) this.#screen(attempt);
    this.pump();
  }

  /** NATS is away: nothing more is submitted until `run`. */
  hold(): void {
    this.#mayRun = false;
  }

  /** S6; `false` ends it. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.pump();
  }

  /** Gives what waits back to the router: this process has no bind to send it over. */
  giveBackWaiting(): void {
    if (!this.#mayRun || this.#isStopping) return;
    const hasGone = ({ open }: Attempt): boolean => open > 0;
    for (const attempt of this.#queue.takeWhere((each) => !hasGone(each))) {
      this.#end(attempt, { result: 'returned', dueAtMs: this.#options.clock.nowMs() });
    }
  }

  /** Gives back what was not submitted; from now on nothing is. */
  stop(): void {
    this.#isStopping = true;
    this.#cancelWake?.();
    for (const bind of this.#options.binds) bind.current = undefined;
    this.#queue.takeWhere(() => true);
    for (const attempt of [...this.#options.book.attempts]) this.#conclude(attempt);
  }

  /** Lets go of everything that is still in hand. */
  giveUp(): void {
    for (const attempt of [...this.#options.book.attempts]) this.#abandon(attempt);
  }

  /** A session is bound. */
  attach(bind: BindSlot, session: CarrierSession): void {
    bind.session = session;
    this.pump();
  }

  /** The bind's session takes no more requests. */
  detach(bind: BindSlot): void {
    const { current } = bind;
    bind.session = undefined;
    bind.current = undefined;
    if (current !== undefined) this.#queue.addFirst(current);
    this.pump();
  }

  /** Ends what waits beyond its validity, whether or not a bind is there. To be called now and then. */
  sweep(): void {
    const nowMs = this.#options.clock.nowMs();
    if (!this.#mayRun || this.#isStopping) return;
    const isExpired = ({ item }: Attempt) => item.message.expiresAtMs <= nowMs;
    for (const attempt of this.#queue.takeWhere(isExpired)) this.#expire(attempt);
  }

  /** Submits whatever may be submitted now. */
  pump(): void {
    while (this.#mayRun && !this.#isStopping && !this.#isPaused) {
      const bind = this.#nextBind();
      if (bind === undefined || this.#mustWait()) return;
      const attempt = bind.current ?? this.#queue.take();
      if (attempt === undefined) return;
      bind.current = undefined;
      if (attempt.end === undefined && attempt.todo.length > 0) this.#submit(attempt, bind);
    }
  }

  /** Where the next part goes: to the bind that a long message is on, else to the one with most room. */
  #nextBind(): BindSlot | undefined {
    const { binds } = this.#options;
    for (const bind of binds) if (bind.current !== undefined && bind.hasRoom) return bind;
    if (this.#queue.size === 0) return undefined;
    const index = chooseBind(binds, this.#lastBind);
    if (index >= 0) this.#lastBind = index;
    return binds[index];
  }

  #mustWait(): boolean {
    const { valve, clock } = this.#options;
    const nowMs = clock.monotonicMs();
    const waitMs = valve.waitMs(nowMs);
    if (waitMs > 0) this.#wakeIn(waitMs, nowMs);
    return waitMs > 0;
  }

  #wakeIn(waitMs: number, nowMs: number): void {
    if (this.#wakeAtMs <= nowMs + waitMs) return;
    this.#cancelWake?.();
    this.#wakeAtMs = nowMs + waitMs;
    this.#cancelWake = this.#options.clock.startTimer(Math.ceil(waitMs), () => {
      this.#wakeAtMs = Infinity;
      this.pump();
    });
  }

  #admit(attempt: Attempt): void {
    const plan = this.#options.plan(attempt.item);
    if (plan.kind === 'planned') {
      attempt.plan = plan;
      attempt.todo = plan.templates.map((_, index) => index + 1);
    }
    this.#screen(attempt);
    this.pump();
  }

  /** Takes over what is known of the attempt already; queues what is left. */
  #screen(attempt: Attempt): void {
    const { book, metrics } = this.#options;
    book.recall(attempt);
    const [part] = attempt.todo;
    if (attempt.end !== undefined || (attempt.plan !== undefined && part === undefined)) {
      this.#conclude(attempt);
    } else if (part === undefined) {
      this.#end(attempt, { result: 'next_target', code: 'connector_unfit' });
    } else if (book.isInDoubt(attempt, part)) {
      metrics.unanswered();
      this.#end(attempt, { result: 'unknown', code: 'outcome_unknown' });
    } else if (this.#isStopping) this.#conclude(attempt);
    else this.#queue.add(attempt);
  }

  #expire(attempt: Attempt): void {
    this.#end(attempt, { result: 'expired', code: 'message_expired' });
  }

  #submit(attempt: Attempt, bind: BindSlot): void {
    const { clock, valve, book } = this.#options;
    if (attempt.item.message.expiresAtMs <= clock.nowMs()) {
      this.#expire(attempt);
      return;
    }
    book.recall(attempt);
    const part = attempt.end === undefined ? attempt.takePart() : undefined;
    if (part === undefined) {
      this.#conclude(attempt);
      return;
    }
    if (attempt.todo.length > 0) bind.current = attempt;
    attempt.open += 1;
    bind.taken += 1;
    valve.passed(clock.monotonicMs());
    this.#fly({ attempt, part, bind, sentAtMs: Infinity }).catch((reason: unknown) => {
      // The journal was given up, or there is a bug: nothing is known of this part any more.
      book.abandon(attempt, reason as Error);
    });
  }

  async #fly(flight: Flight): Promise<void> {
    const { attempt, part, bind } = flight;
    const { clock, rules, journal, connector } = this.#options;
    const { messageId, item } = attempt;
    if (rules.onUnknownOutcome === 'park') {
      const intent = { messageId, attempt: item.attempt, part, connector, atMs: clock.nowMs() };
      await journal.intent({ kind: 'intent', ...intent });
    }
    const template = attempt.plan?.templates[part - 1];
    if (template === undefined) throw new RangeError('There is no such part.');
    flight.sentAtMs = clock.monotonicMs();
    this.#options.metrics.sent();
    const validityPeriod = this.#options.validityOf(item.message.expiresAtMs, clock.nowMs());
    const { session } = bind;
    const answer = await (session?.request({ ...template, validityPeriod }) ?? unsent);
    // That session is gone, whether or not we have been told: not again before the next one.
    if (answer.kind === 'unsent' && bind.session === session) this.detach(bind);
    this.#land(flight, answer);
  }

  #land(flight: Flight, answer: Answer<'submit_sm'>): void {
    const { attempt } = flight;
    switch (answer.kind) {
      case 'unsent':
        this.#release(flight);
        this.#again(flight);
        return;
      case 'invalid':
        this.#close(flight, { result: 'next_target', code: 'connector_unfit' });
        return;
      case 'timeout':
      case 'lost':
        this.#options.metrics.unanswered();
        if (this.#isStopping) this.#abandon(attempt);
        else this.#follow(flight, this.#decide(flight, { kind: 'unanswered' }), answer);
        return;
      case 'answered':
      case 'nacked': {
        const kind = answer.kind === 'answered' ? 'response' : 'nack';
        const decision = this.#decide(flight, { kind, commandStatus: answer.status });
        const nowMs = this.#options.clock.monotonicMs();
        this.#options.metrics.answered(nowMs - flight.sentAtMs, decision);
        if (decision.kind === 'throttled') this.#options.valve.throttled(nowMs);
        else this.#options.valve.accepted(nowMs);
        if (answer.kind === 'answered') this.#heed(flight.bind, answer.pdu.tlvs.congestionState);
        this.#follow(flight, decision, answer);
      }
    }
  }

  /** congestion_state (SMPP 5.0, 4.8.4.18): above 90, less at a time and less a second. */
  #heed(bind: BindSlot, congestionState: number | undefined): void {
    const { valve, clock } = this.#options;
    const nowMs = clock.monotonicMs();
    if (congestionState !== undefined) valve.congested(rateShareFor(congestionState), nowMs);
    bind.windowShare = valve.congestionShare(nowMs);
  }

  #decide({ attempt, part }: Flight, end: SubmitEnd): Decision {
    const { rules, clock, connector, random } = this.#options;
    const { item } = attempt;
    return decideOutcome(end, rules, {
      nowMs: clock.nowMs(),
      expiresAtMs: item.message.expiresAtMs,
      retriesSoFar: item.history.length === 0 ? 0 : countRetries(item.history, connector),
      resendsSoFar: attempt.resendsOf(part),
      jitter: random(),
    });
  }

  #follow(flight: Flight, decision: Decision, answer: Answer<'submit_sm'>): void {
    this.#options.trace?.(flight, decision, answer);
    switch (decision.kind) {
      case 'resend':
        flight.attempt.countResend(flight.part);
        if (decision.rebind) flight.bind.session?.rebind();
        this.#release(flight);
        this.#again(flight);
        return;
      case 'throttled':
        this.#release(flight);
        this.#again(flight);
        return;
      default:
        this.#close(flight, endOf(decision, answer));
    }
  }

  /** Writes the outcome of a part; its slot is free when that is durable. */
  #close(flight: Flight, end: PartEnd): void {
    const { attempt, part } = flight;
    const { book, clock, connector } = this.#options;
    const outcome = outcomeOf(attempt, { ...end, part, connector, atMs: clock.nowMs() });
    book.record(attempt, outcome).then(
      () => {
        this.#release(flight);
        this.#conclude(attempt);
        this.pump();
      },
      (reason: unknown) => {
        // Given up while stopping: nobody knows of it, so the item must come again.
        book.abandon(attempt, reason as Error);
      },
    );
  }

  #release({ attempt, bind }: Flight): void {
    attempt.open -= 1;
    bind.taken -= 1;
  }

  /** A part that the carrier does not have goes out again, before others of its lane. */
  #again({ attempt, part }: Flight): void {
    if (attempt.end === undefined) attempt.putBack(part);
    const isOnBind = this.#options.binds.some(({ current }) => current === attempt);
    if (this.#isStopping || attempt.isOver) this.#conclude(attempt);
    else if (!isOnBind) this.#queue.addFirst(attempt);
    this.pump();
  }

  /** Ends an attempt of which nothing is on its way, by an event of its own. */
  #end(attempt: Attempt, end: PartEnd): void {
    const { book, clock, connector } = this.#options;
    const part = attempt.todo[0] ?? 1;
    attempt.open += 1;
    const outcome = outcomeOf(attempt, { ...end, part, connector, atMs: clock.nowMs() });
    book.record(attempt, outcome).then(
      () => {
        attempt.open -= 1;
        this.#conclude(attempt);
      },
      (reason: unknown) => {
        book.abandon(attempt, reason as Error);
      },
    );
  }

  /** Settles an attempt that is over; while stopping, gives back what is left of it. */
  #conclude(attempt: Attempt): void {
    if (attempt.isOver) this.#options.book.settle(attempt);
    else if (!this.#isStopping || attempt.open > 0) return;
    else if (this.#mayRun) {
      this.#end(attempt, { result: 'returned', dueAtMs: this.#options.clock.nowMs() });
    } else this.#abandon(attempt);
  }

  #abandon(attempt: Attempt): void {
    this.#options.book.abandon(attempt, new TransientError('the connector stopped first'));
  }
}

const unsent: Answer<'submit_sm'> = { kind: 'unsent' };
