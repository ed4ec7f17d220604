// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { LinkClock } from './link-clock.ts';

/**
 * One timer for many deadlines. It fires no later than the earliest deadline it was told of; who is
 * called then looks what is really due and tells it the next one. So a deadline that is met costs
 * a comparison, not a timer.
 */
export class DeadlineTimer {
  readonly #clock: LinkClock;
  readonly #onDue: () => void;
  #armed: { readonly atMs: number; readonly cancel: () => void } | undefined;

  constructor(clock: LinkClock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Makes sure of a call at `atMs` (monotonic) or before. */
  ensure(atMs: number): void {
    if (this.#armed !== undefined && this.#armed.atMs <= atMs) return;
    if (atMs === Infinity) return;
    this.#armed?.cancel();
    const delayMs = Math.max(1, Math.ceil(atMs - this.#clock.monotonicMs()));
    this.#armed = { atMs, cancel: this.#clock.startTimer(delayMs, () => this.#fire()) };
  }

  cancel(): void {
    this.#armed?.cancel();
    this.#armed = undefined;
  }

  #fire(): void {
    this.#armed = undefined;
    this.#onDue();
  }
}
