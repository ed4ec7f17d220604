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

/** What the contract with the carrier allows. */
export interface ValveOptions {
  /** Over all binds of this process; 0 is no limit. */
  readonly ratePerSecond: number;
  /** Slots of one bind's window. */
  readonly windowSize: number;
  readonly pauses: ThrottlePauses;
}

/** When the next submit_sm of a connector may go out: its rate, and the pauses that the carrier asks for. */
export class Valve {
  readonly #pace: Pace | undefined;
  readonly #pauses: ThrottlePauses;
  #paceState = idlePace;
  #throttleState = notThrottled;

  constructor({ ratePerSecond, windowSize, pauses }: ValveOptions) {
    this.#pace = ratePerSecond > 0 ? createPace(ratePerSecond, windowSize) : undefined;
    this.#pauses = pauses;
  }

  /** Milliseconds until the next may go out; 0 when it may now. */
  waitMs(nowMs: number): number {
    const pauseMs = Math.max(0, this.#throttleState.pausedUntilMs - nowMs);
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
}
