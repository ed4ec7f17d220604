// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * The way of events to one endpoint. Invariants:
 * L1  At most `concurrency` calls are under way, and at most `capacity` events are here: the rest is sent
 *     away at once, to come again when there is likely room. So nobody waits for a slow endpoint.
 * L2  An event goes behind the earlier ones of its message that are here, or that wait in LATER as far as
 *     is remembered.
 * L3  While the endpoint rests it is called by one event at a time, and by none before its time.
 * L4  Each offer is answered, also when the lane closes.
 */
import { Circuit, type RestTimes } from './circuit.ts';
import type { CallFailure, CallOutcome } from './call-outcome.ts';
import { retryDelayMs, retrySpanMs } from './retry-plan.ts';
import type { MessageEvent, WaitingLane } from './waiting-events.ts';

/** An event for one endpoint. */
export interface Delivery extends MessageEvent {
  /** Attempts that were made. */
  readonly tries: number;
  readonly firstTriedAtMs: number | undefined;
  /** Asked for by a person: called at once, and only once. */
  readonly isTest: boolean;
  /** Makes the call. */
  readonly call: (signal: AbortSignal) => Promise<CallOutcome>;
}

/** Why an event was sent away without a call. */
export type Deferral = 'full' | 'resting' | 'behind';

/** What became of an offer. */
export type LaneVerdict =
  | { readonly kind: 'taken' }
  /** Tried in vain; the next attempt is due then. */
  | { readonly kind: 'again'; readonly atMs: number; readonly failure: CallFailure }
  /** Not called; to come again then. */
  | { readonly kind: 'deferred'; readonly why: Deferral; readonly atMs: number }
  /** It ends here. */
  | { readonly kind: 'over'; readonly reason: string; readonly failure?: CallFailure }
  /** The lane has closed. */
  | { readonly kind: 'given_back' };

export interface LaneOptions {
  readonly concurrency: number;
  /** Events here at most, those under way included. */
  readonly capacity: number;
  readonly retryDelaysMs: readonly number[];
  readonly rest: RestTimes;
  readonly nowMs: () => number;
  /** From 0 to 1. */
  readonly dice: () => number;
  /** What waits for the endpoint. */
  readonly waiting: WaitingLane;
  /** Asked before each call: why the endpoint is not to be called any more. */
  readonly disabledBecause: () => string | undefined;
  readonly onSuccess: () => void;
  /** It did not work, and works again. */
  readonly onRecovered: () => void;
  readonly onFailure: (failure: CallFailure, failingSinceMs: number, isResting: boolean) => void;
  /** There is room again. */
  readonly onRoom: () => void;
}

interface Offer {
  readonly delivery: Delivery;
  readonly give: (verdict: LaneVerdict) => void;
}

/** A lane that is quicker than this may hold up what is behind it. */
const quickMs = 50;
const leastDeferralMs = 500;
const mostSpreadMs = 10 * 60_000;
const smoothing = 0.1;
/** What was sent away comes twice as fast as it could be called: the endpoint may be quicker by then. */
const hopeFactor = 2;

/** A call that cannot even be made is a failure like others. */
function impossible(error: unknown): CallFailure {
  const reason = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', result: 'unreachable', reason };
}

export class EndpointLane {
  #options: LaneOptions;
  readonly #circuit: Circuit;
  readonly #waiting: WaitingLane;
  #queue: Offer[] = [];
  readonly #underWay = new Map<Offer, number>();
  readonly #busy = new Set<string>();
  readonly #abort = new AbortController();
  #isClosed = false;
  #callMs = 0;
  #spreadUntilMs = 0;
  #failingSinceMs: number | undefined;
  #onIdle: (() => void) | undefined;
  lastUsedMs: number;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#circuit = new Circuit(options.rest);
    this.#waiting = options.waiting;
    this.lastUsedMs = options.nowMs();
  }

  get size(): number {
    return this.#queue.length + this.#underWay.size;
  }

  get inFlight(): number {
    return this.#underWay.size;
  }

  get isResting(): boolean {
    return this.#circuit.isOpen;
  }

  /** It has no room, and gets some in so short a time that others may wait for it. */
  get isBrieflyFull(): boolean {
    return this.isFull && this.#presentCallMs() < quickMs;
  }

  /** It could do more than it is given. */
  get isIdle(): boolean {
    return !this.isResting && this.size < this.#options.concurrency;
  }

  get isFull(): boolean {
    return !this.isResting && this.size >= this.#options.capacity;
  }

  /** Goes on with other bounds. */
  adopt(bounds: Pick<LaneOptions, 'concurrency' | 'capacity'>): void {
    this.#options = { ...this.#options, ...bounds };
    this.#serve();
  }

  /** The endpoint is another one now: what was learned of the one before does not count. */
  forgive(): void {
    this.#circuit.succeeded();
    this.#failingSinceMs = undefined;
  }

  /** It comes sooner than it was to; tells when there is room for it. */
  expedite(event: MessageEvent): number {
    const atMs = this.#roomAtMs(this.#options.nowMs());
    this.#waiting.add(event, atMs);
    return atMs;
  }

  /** Resolves when something became of the event. */
  offer(delivery: Delivery): Promise<LaneVerdict> {
    this.lastUsedMs = this.#options.nowMs();
    return new Promise((give) => this.#admit({ delivery, give }));
  }

  /** Gives back what waits, and after this time also what is under way. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    for (const { give } of this.#queue.splice(0)) give({ kind: 'given_back' });
    if (this.#underWay.size === 0) return;
    const timer = setTimeout(() => this.#abort.abort(), graceMs);
    await new Promise<void>((resolve) => (this.#onIdle = resolve));
    clearTimeout(timer);
  }

  #admit(offer: Offer): void {
    const { delivery } = offer;
    if (this.#isClosed) offer.give({ kind: 'given_back' });
    else if (delivery.isTest) this.#begin(offer);
    else if (this.#mayCall(offer)) {
      if (this.size >= this.#options.capacity) {
        this.#defer(offer, 'full', this.#roomAtMs(this.#options.nowMs()));
        return;
      }
      this.#waiting.remove(delivery);
      this.#queue.push(offer);
      this.#serve();
    }
  }

  /** Whether it may be called now; sends it away if not. */
  #mayCall(offer: Offer): boolean {
    const { nowMs, disabledBecause } = this.#options;
    const timeMs = nowMs();
    const reason = disabledBecause();
    const behindMs = this.#waiting.blockedUntilMs(offer.delivery, timeMs);
    if (reason !== undefined) this.#end(offer, reason);
    else if (behindMs !== undefined) this.#defer(offer, 'behind', behindMs);
    else if (this.#circuit.leave(timeMs) === 'rest') {
      this.#defer(offer, 'resting', this.#afterRestMs(timeMs));
    } else return true;
    return false;
  }

  #serve(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#begin(next);
  }

  /** The first that may be called now; sends away those that may not be called at all. */
  #next(): Offer | undefined {
    const { concurrency } = this.#options;
    let at = 0;
    while (at < this.#queue.length && this.#underWay.size < concurrency) {
      const offer = this.#queue[at];
      if (offer === undefined) return undefined;
      const { messageId } = offer.delivery;
      if (messageId !== undefined && this.#busy.has(messageId)) {
        at++;
        continue;
      }
      this.#queue.splice(at, 1);
      if (this.#mayCall(offer)) return offer;
    }
    return undefined;
  }

  #begin(offer: Offer): void {
    const { delivery, give } = offer;
    const { messageId } = delivery;
    const isProbe = this.#circuit.begin(this.#options.nowMs());
    const startedMs = performance.now();
    this.#underWay.set(offer, startedMs);
    if (messageId !== undefined) this.#busy.add(messageId);
    void delivery
      .call(this.#abort.signal)
      .catch(impossible)
      .then((outcome) => {
        this.#underWay.delete(offer);
        if (messageId !== undefined) this.#busy.delete(messageId);
        this.#callMs += smoothing * (performance.now() - startedMs - this.#callMs);
        give(this.#conclude(offer, outcome, isProbe));
        this.#serve();
        this.#options.onRoom();
        if (this.#underWay.size === 0) this.#onIdle?.();
      });
  }

  #conclude({ delivery }: Offer, outcome: CallOutcome, isProbe: boolean): LaneVerdict {
    const { onSuccess, onRecovered } = this.#options;
    switch (outcome.kind) {
      case 'taken': {
        const hasRecovered = this.#circuit.isFailing;
        this.#circuit.succeeded();
        this.#failingSinceMs = undefined;
        onSuccess();
        if (hasRecovered) onRecovered();
        return { kind: 'taken' };
      }
      case 'aborted':
        this.#circuit.abandoned(isProbe);
        return { kind: 'given_back' };
      case 'failed':
        this.#noteFailure(outcome, isProbe);
        return this.#afterFailure(delivery, outcome);
    }
  }

  #noteFailure(failure: CallFailure, isProbe: boolean): void {
    const { nowMs, dice, onFailure } = this.#options;
    const timeMs = nowMs();
    this.#failingSinceMs ??= timeMs;
    if (failure.result === 'throttled') {
      this.#circuit.throttled(failure.retryAfterMs, timeMs, dice());
    } else this.#circuit.failed(isProbe, timeMs, dice());
    onFailure(failure, this.#failingSinceMs, this.#circuit.isOpen);
  }

  #afterFailure(delivery: Delivery, failure: CallFailure): LaneVerdict {
    const { nowMs, dice, retryDelaysMs, disabledBecause } = this.#options;
    const reason = disabledBecause() ?? (delivery.isTest ? failure.reason : undefined);
    if (reason !== undefined) return { kind: 'over', reason, failure };
    const delayMs = retryDelayMs(retryDelaysMs, delivery.tries + 1, dice());
    const timeMs = nowMs();
    if (delayMs === undefined || this.#isTooOld(delivery, timeMs)) {
      return { kind: 'over', reason: `tried in vain: ${failure.reason}`, failure };
    }
    const atMs = timeMs + Math.max(delayMs, failure.retryAfterMs ?? 0);
    this.#waiting.add(delivery, atMs);
    return { kind: 'again', atMs, failure };
  }

  #defer(offer: Offer, why: Deferral, atMs: number): void {
    const { delivery, give } = offer;
    if (this.#isTooOld(delivery, this.#options.nowMs())) {
      this.#end(offer, 'the endpoint could not take it in all the time it was tried');
      return;
    }
    this.#waiting.add(delivery, atMs);
    give({ kind: 'deferred', why, atMs });
  }

  #end({ delivery, give }: Offer, reason: string): void {
    this.#waiting.remove(delivery);
    give({ kind: 'over', reason });
  }

  #isTooOld({ firstTriedAtMs }: Delivery, timeMs: number): boolean {
    if (firstTriedAtMs === undefined) return false;
    return timeMs - firstTriedAtMs > retrySpanMs(this.#options.retryDelaysMs);
  }

  #afterRestMs(nowMs: number): number {
    return this.#spread(Math.max(this.#circuit.restsUntilMs, nowMs + leastDeferralMs), nowMs);
  }

  #roomAtMs(nowMs: number): number {
    return this.#spread(nowMs + Math.max(leastDeferralMs, this.size * this.#msPerEvent()), nowMs);
  }

  /** Behind those that were sent away before, each at the pace of the endpoint. */
  #spread(earliestMs: number, nowMs: number): number {
    const atMs = Math.max(earliestMs, Math.min(this.#spreadUntilMs, nowMs + mostSpreadMs));
    this.#spreadUntilMs = atMs + this.#msPerEvent();
    return atMs;
  }

  #msPerEvent(): number {
    return Math.max(0.2, this.#presentCallMs() / (hopeFactor * this.#options.concurrency));
  }

  /** How long calls take, judged also by the one that is under way for longest. */
  #presentCallMs(): number {
    for (const startedMs of this.#underWay.values()) {
      return Math.max(this.#callMs, performance.now() - startedMs);
    }
    return this.#callMs;
  }
}
