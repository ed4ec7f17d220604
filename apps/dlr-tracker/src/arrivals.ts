// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { MessageId } from '@sendium/message';

/** Those who wait for the first word of a message. */
export class Arrivals {
  readonly #waiting = new Map<MessageId, Set<() => void>>();

  /** Wakes who waits for one of these. */
  tell(ids: Iterable<MessageId>): void {
    if (this.#waiting.size === 0) return;
    for (const id of ids) for (const wake of this.#waiting.get(id) ?? []) wake();
  }

  /**
   * Begins to wait, so that nothing that comes from now on is missed.
   * @returns `next` resolves at the next word or when the time is over; `stop` ends the waiting
   */
  watch(id: MessageId): { next(signal: AbortSignal): Promise<void>; stop(): void } {
    let [isHeard, wake] = [false, (): void => undefined];
    const onWord = (): void => {
      isHeard = true;
      wake();
    };
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting.add(onWord));
    return {
      next: async (signal) => {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (isHeard || signal.aborted) resolve();
          else signal.addEventListener('abort', () => resolve(), { once: true });
        });
        isHeard = false;
      },
      stop: () => {
        waiting.delete(onWord);
        if (waiting.size === 0) this.#waiting.delete(id);
      },
    };
  }
}
