// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import {
  advancePace,
  createPace,
  idlePace,
  notThrottled,
  paceWaitMs,
  throttle,
  unthrottle,
  type Pace,
  type ThrottlePauses,
} from '@sendium/delivery';

/** So long a carrier stays congested without saying so again. */
const congestionMs = 10_000;

/** What the contract with the carrier allows. */
export interface ValveOptions {
  /** Over all binds of all processes; 0 is no limit. */
  readonly ratePerSecond: number;
  /** Slots of one bind's window. */
  readonly windowSize: number;
  readonly pauses: ThrottlePauses;
}

/** When the next submit_sm of a connector may go out: its rate, and the pauses that the carrier asks for. */
export class Valve {
  readonly #ratePerSecond: number;
  readonly #windowSize: number;
  readonly #pauses: ThrottlePauses;
  #pace: Pace | undefined;
  #share = 1;
  #congestion = { share: 1, untilMs: 0 };
  #paceState = idlePace;
  #throttleState = notThrottled;

  constructor({ ratePerSecond, windowSize, pauses }: ValveOptions) {
    this.#ratePerSecond = ratePerSecond;
    this.#windowSize = windowSize;
    this.#pauses = pauses;
    this.#setPace();
  }

  /** The part of the rate that this process may send at, more than 0 and at most 1: the slots that it holds. */
  hold(share: number): void {
    this.#share = share;
    this.#setPace();
  }

  /** What this process may send at now; 0 is no limit. */
  get ratePerSecond(): number {
    return this.#ratePerSecond * this.#share * this.#congestion.share;
  }

  /**
   * The carrier says how congested it is, by the share of the rate and of the window that it is to be
   * given. Counts for as long as it is said again.
   */
  congested(share: number, nowMs: number): void {
    this.#congestion = { share, untilMs: nowMs + congestionMs };
    this.#setPace();
  }

  /** The share of the usual that the carrier is to be given. */
  congestionShare(nowMs: number): number {
    if (this.#congestion.share < 1 && nowMs >= this.#congestion.untilMs) {
      this.#congestion = { share: 1, untilMs: 0 };
      this.#setPace();
    }
    return this.#congestion.share;
  }

  /** Milliseconds until the next may go out; 0 when it may now. */
  waitMs(nowMs: number): number {
    const pauseMs = Math.max(0, this.#throttleState.pausedUntilMs - nowMs);
    this.congestionShare(nowMs);
    if (this.#pace === undefined) return pauseMs;
    return Math.max(pauseMs, paceWaitMs(this.#pace, this.#paceState, nowMs));
  }

  /** One went out now. */
  passed(nowMs: number): void {
    if (this.#pace !== undefined) {
      this.#paceState = advancePace(this.#pace, this.#paceState, nowMs);
    }
  }

  /** The carrier said that it is too much. */
  throttled(nowMs: number): void {
    this.#throttleState = throttle(this.#throttleState, nowMs, this.#pauses);
  }

  /** The carrier answered something else. */
  accepted(nowMs: number): void {
    this.#throttleState = unthrottle(this.#throttleState, nowMs);
  }

  #setPace(): void {
    const rate = this.ratePerSecond;
    this.#pace = rate > 0 ? createPace(rate, this.#windowSize) : undefined;
  }
}
