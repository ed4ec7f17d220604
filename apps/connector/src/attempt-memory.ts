// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * What this process knows to have been submitted, by itself or by a fellow replica.
 *
 * M1  What was recorded is known for at least `keptMs` of connected time. While NATS is away nothing
 *     is forgotten: what it hands out again when it is back is then still known.
 * M2  A part that was submitted stays so, whatever is read later.
 * M3  Of several ends of one attempt the strongest counts: an end for good, then "not here", then
 *     "later".
 */

import type { Outcome, OutcomeResult } from '@sendium/contracts';
import { PartTable, partState, type PartState } from './part-table.ts';

/** Two full generations are kept beside the one being filled. */
const keptMs = 600_000;
const generationMs = keptMs / 2;
const olderGenerations = 2;

interface Generation {
  readonly parts: PartTable;
  /** Ends of attempts other than success, by id and attempt. */
  readonly ends: Map<string, Outcome>;
}

/** Remembers outcomes and intents by (message id, attempt, part), for a bounded time. */
export class AttemptMemory {
  /** The one being filled first. */
  #generations: Generation[] = [emptyGeneration()];
  #fillingMs = 0;

  /** Takes in an outcome event, of this process or another. */
  recordOutcome(outcome: Outcome): void {
    const { messageId, attempt, part, result } = outcome;
    const [filling] = this.#generations;
    if (filling === undefined) return;
    if (result === 'submitted') {
      filling.parts.raise(messageId, attempt, part, partState.submitted);
      return;
    }
    const known = this.endOf(messageId, attempt);
    if (known === undefined || strengthOf(outcome) > strengthOf(known)) {
      filling.ends.set(endKey(messageId, attempt), outcome);
    }
  }

  /** Takes in an intent: from here on the part may be with the carrier. */
  recordIntent(messageId: string, attempt: number, part: number): void {
    this.#generations[0]?.parts.raise(messageId, attempt, part, partState.intended);
  }

  /** What is known of a part. */
  stateOf(messageId: string, attempt: number, part: number): PartState {
    let best: PartState = partState.unseen;
    for (const { parts } of this.#generations) {
      const state = parts.get(messageId, attempt, part);
      if (state > best) best = state;
    }
    return best;
  }

  /** How the attempt ended, when it did not succeed. */
  endOf(messageId: string, attempt: number): Outcome | undefined {
    const key = endKey(messageId, attempt);
    let best: Outcome | undefined;
    for (const { ends } of this.#generations) {
      const end = ends.size === 0 ? undefined : ends.get(key);
      if (end === undefined) continue;
      if (best === undefined || strengthOf(end) > strengthOf(best)) best = end;
    }
    return best;
  }

  /** So much time has passed with NATS connected: M1. */
  age(connectedMs: number): void {
    this.#fillingMs += connectedMs;
    if (this.#fillingMs < generationMs) return;
    this.#fillingMs = 0;
    this.#generations = [emptyGeneration(), ...this.#generations.slice(0, olderGenerations)];
  }

  /** Parts that are remembered. */
  get size(): number {
    return this.#generations.reduce((sum, { parts, ends }) => sum + parts.size + ends.size, 0);
  }
}

function emptyGeneration(): Generation {
  return { parts: new PartTable(), ends: new Map() };
}

function endKey(messageId: string, attempt: number): string {
  return `${messageId}:${attempt}`;
}

const weak: readonly OutcomeResult[] = ['submitted', 'returned', 'retry', 'next_target'];

/** M3: what ends the message outweighs what only ends the attempt. */
export function strengthOf({ result }: Pick<Outcome, 'result'>): number {
  const index = weak.indexOf(result);
  return index < 0 ? weak.length : index;
}
