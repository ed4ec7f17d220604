// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { lanes, type Lane } from '@sendium/message';
import type { Attempt } from './attempt.ts';

/** Attempts that wait for a bind, the most urgent lane first, in each lane in order. */
export class AttemptQueue {
  readonly #lanes = new Map<Lane, Attempt[]>(lanes.map((lane) => [lane, []]));

  get size(): number {
    let size = 0;
    for (const waiting of this.#lanes.values()) size += waiting.length;
    return size;
  }

  add(attempt: Attempt): void {
    this.#laneOf(attempt).push(attempt);
  }

  /** Before all others of its lane: it had its turn already. */
  addFirst(attempt: Attempt): void {
    const waiting = this.#laneOf(attempt);
    if (!waiting.includes(attempt)) waiting.unshift(attempt);
  }

  /** Takes the next one. */
  take(): Attempt | undefined {
    for (const waiting of this.#lanes.values()) {
      const attempt = waiting.shift();
      if (attempt !== undefined) return attempt;
    }
    return undefined;
  }

  /** Takes out all that the predicate is true for. */
  takeWhere(isTaken: (attempt: Attempt) => boolean): readonly Attempt[] {
    const taken: Attempt[] = [];
    for (const [lane, waiting] of this.#lanes) {
      const kept = waiting.filter((attempt) => !isTaken(attempt));
      if (kept.length === waiting.length) continue;
      taken.push(...waiting.filter((attempt) => !kept.includes(attempt)));
      this.#lanes.set(lane, kept);
    }
    return taken;
  }

  #laneOf(attempt: Attempt): Attempt[] {
    const { lane } = attempt.item.message;
    const waiting = this.#lanes.get(lane);
    if (waiting === undefined) throw new RangeError(`There is no lane ${lane}.`);
    return waiting;
  }
}
