// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * The attempts in hand and how they come to their end.
 *
 * A1  Order of writes: the event of the outcome first; it says what was decided. Then the successor
 *     (a timer, the router's queue, DEAD). Only then is the attempt done and its batch may be acked.
 * A2  So whatever dies in between, who reads the item next finds the event in its memory, writes the
 *     same successor again, and submits nothing.
 * A3  One attempt is in hand once: who brings it again waits for the same end.
 */

import type { AttemptRecord, DispatchItem, Outcome, SubmitItem } from '@sendium/contracts';
import { encodeSubmitBatch, subjects } from '@sendium/contracts';
import { Attempt, attemptKey } from './attempt.ts';
import { strengthOf, type AttemptMemory } from './attempt-memory.ts';
import type { Journal } from './journal.ts';
import { partState } from './part-table.ts';

/** What the book is kept for and with. */
export interface AttemptBookOptions {
  readonly connector: string;
  /** Names this process in what it writes. */
  readonly producer: string;
  readonly memory: AttemptMemory;
  readonly journal: Journal;
}

/** Keeps the attempts in hand. */
export class AttemptBook {
  readonly #options: AttemptBookOptions;
  readonly #inHand = new Map<string, Attempt>();

  constructor(options: AttemptBookOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#inHand.size;
  }

  get attempts(): Iterable<Attempt> {
    return this.#inHand.values();
  }

  /** The attempt of the item, and whether it is new in hand. */
  take(item: DispatchItem): { readonly attempt: Attempt; readonly isNew: boolean } {
    const key = attemptKey(item.message.id, item.attempt);
    const known = this.#inHand.get(key);
    if (known !== undefined) return { attempt: known, isNew: false };
    const attempt = new Attempt(item);
    this.#inHand.set(key, attempt);
    return { attempt, isNew: true };
  }

  /** Drops from the parts to submit what was submitted before, and takes over an end that is known. */
  recall(attempt: Attempt): void {
    const { memory, connector } = this.#options;
    const { item, messageId } = attempt;
    attempt.end ??= memory.endOf(messageId, item.attempt);
    if (item.history.at(-1)?.connector === connector) {
      for (const part of item.partsDone) attempt.handedOver.add(part);
    }
    const parts = attempt.plan?.templates.length ?? attempt.end?.parts ?? 0;
    for (let part = 1; part <= parts; part += 1) {
      const state = memory.stateOf(messageId, item.attempt, part);
      if (state === partState.submitted) attempt.handedOver.add(part);
    }
    if (attempt.handedOver.size > 0) {
      attempt.todo = attempt.todo.filter((part) => !attempt.handedOver.has(part));
    }
  }

  /** Whether this part may be with the carrier by an intent whose outcome nobody knows. */
  isInDoubt(attempt: Attempt, part: number): boolean {
    const state = this.#options.memory.stateOf(attempt.messageId, attempt.item.attempt, part);
    return state === partState.intended;
  }

  /** Writes the event; from then on it is known whatever happens to this process. */
  async record(attempt: Attempt, outcome: Outcome): Promise<void> {
    await this.#options.journal.outcome(outcome);
    this.#options.memory.recordOutcome(outcome);
    if (outcome.result === 'submitted') attempt.handedOver.add(outcome.part);
    else if (attempt.end === undefined || strengthOf(outcome) > strengthOf(attempt.end)) {
      attempt.end = outcome;
    }
  }

  /** Brings an attempt that is over to its end: writes its successor, if it needs one. */
  settle(attempt: Attempt): void {
    if (attempt.isSettled) return;
    attempt.isSettled = true;
    const { end } = attempt;
    if (end === undefined || isFinal(end)) {
      this.#close(attempt);
      return;
    }
    this.#succeed(attempt, end).then(
      () => {
        this.#close(attempt);
      },
      (reason: unknown) => {
        this.abandon(attempt, reason as Error);
      },
    );
  }

  /** Lets go of an attempt without a successor: it will be handed out again. */
  abandon(attempt: Attempt, reason: Error): void {
    this.#forget(attempt);
    attempt.abandon(reason);
  }

  #close(attempt: Attempt): void {
    this.#forget(attempt);
    attempt.finish();
  }

  #forget(attempt: Attempt): void {
    this.#inHand.delete(attemptKey(attempt.messageId, attempt.item.attempt));
  }

  #succeed(attempt: Attempt, end: Outcome): Promise<void> {
    const { journal, connector, producer } = this.#options;
    const next = successorOf(attempt, end);
    if (end.result !== 'unknown') return journal.passOn(next, end.dueAtMs);
    const { lane } = attempt.item.message;
    return journal.bury({
      origin: connector,
      reason: 'unknown: the submit_sm was written and its answer never seen',
      subject: subjects.dueSubmit(lane),
      messageId: attempt.messageId,
      payload: encodeSubmitBatch([next], producer),
      atMs: end.atMs,
    });
  }
}

/** The tracker reads the end from the event; nobody else has to do anything. */
function isFinal({ result }: Outcome): boolean {
  return result === 'rejected' || result === 'failed' || result === 'expired';
}

/** The next attempt: nothing in it but what the item and the event say, so it is the same each time. */
function successorOf({ item, handedOver }: Attempt, end: Outcome): SubmitItem {
  const record: AttemptRecord = {
    attempt: item.attempt,
    connector: end.connector,
    verdict: end.result === 'retry' || end.result === 'returned' ? end.result : 'next_target',
    commandStatus: end.commandStatus,
    atMs: end.atMs,
  };
  return {
    message: item.message,
    attempt: item.attempt + 1,
    history: [...item.history, record],
    partsDone: [...handedOver].sort((a, b) => a - b),
  };
}
