// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { LinkClock } from './link-clock.ts';

interface FakeTimer {
  readonly atMs: number;
  readonly run: () => void;
}

/** Time that stands still until a test moves it. */
export class FakeClock implements LinkClock {
  #nowMs = 0;
  readonly #timers = new Set<FakeTimer>();

  monotonicMs(): number {
    return this.#nowMs;
  }

  startTimer(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** How many timers run: none may be left when all is closed. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Moves time on, running what becomes due in order and letting input and promises take their turn. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await turn();
      const next = [...this.#timers]
        .filter((timer) => timer.atMs <= endMs)
        .sort((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = endMs;
    await turn();
  }
}

/** A few turns of the event loop. */
export async function turn(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}
