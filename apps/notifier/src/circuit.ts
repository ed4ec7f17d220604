// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Whether an endpoint may be called. Pure: the time and the dice come from outside. Invariants:
 * C1  Some failures in a row open the circuit: the endpoint rests, longer each time, up to a bound.
 * C2  After a rest one call is let through; the next ones wait for what becomes of it.
 * C3  A success closes the circuit, whichever call it was.
 * C4  What was under way when the circuit opened neither prolongs the rest nor counts as the one call.
 */

/** How long an endpoint rests: doubling from the first to the most. */
export interface RestTimes {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** Whether a call may begin: it may, as the one that tries, or not. */
export type Leave = 'call' | 'probe' | 'rest';

const failuresToOpen = 5;

/** The circuit breaker of one endpoint. */
export class Circuit {
  readonly #times: RestTimes;
  #failures = 0;
  #rests = 0;
  #isProbing = false;
  restsUntilMs = 0;

  constructor(times: RestTimes) {
    this.#times = times;
  }

  get isOpen(): boolean {
    return this.#rests > 0;
  }

  /** It failed more than once in a row: rather the endpoint's doing than that of one event. */
  get isFailing(): boolean {
    return this.isOpen || this.#failures > 1;
  }

  leave(nowMs: number): Leave {
    if (!this.isOpen) return 'call';
    return this.#isProbing || nowMs < this.restsUntilMs ? 'rest' : 'probe';
  }

  /** A call begins that was given leave; tells whether it is the one that tries. */
  begin(nowMs: number): boolean {
    if (this.leave(nowMs) !== 'probe') return false;
    this.#isProbing = true;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#rests = 0;
    this.#isProbing = false;
    this.restsUntilMs = 0;
  }

  /** The call came to no end that says anything. */
  abandoned(isProbe: boolean): void {
    if (isProbe) this.#isProbing = false;
  }

  /**
   * @param dice from 0 to 1
   * @returns whether the circuit opened by this, and was closed before
   */
  failed(isProbe: boolean, nowMs: number, dice: number): boolean {
    this.#failures++;
    if (isProbe) this.#rest(nowMs, dice);
    else if (!this.isOpen && this.#failures >= failuresToOpen) {
      this.#rest(nowMs, dice);
      return true;
    }
    return false;
  }

  /** The endpoint asked for a pause; undefined where it did not say for how long. */
  throttled(pauseMs: number | undefined, nowMs: number, dice: number): boolean {
    const wasOpen = this.isOpen;
    this.#failures++;
    if (!wasOpen || this.#isProbing) this.#rest(nowMs, dice);
    if (pauseMs !== undefined) this.restsUntilMs = Math.max(this.restsUntilMs, nowMs + pauseMs);
    return !wasOpen;
  }

  #rest(nowMs: number, dice: number): void {
    const { firstMs, mostMs } = this.#times;
    const restMs = Math.min(mostMs, firstMs * 2 ** Math.min(this.#rests, 30));
    this.#rests++;
    this.#isProbing = false;
    this.restsUntilMs = nowMs + Math.round(restMs * (0.9 + 0.2 * dice));
  }
}
