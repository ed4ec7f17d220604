// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { OutcomeFact } from './fact.ts';
import type { Facts } from './facts.ts';

/** The part of a message that a receipt is about. */
export interface MatchedPart<Id> {
  readonly messageId: Id;
  readonly outcome: OutcomeFact;
}

/** What a receipt is found by. */
export interface ReceiptQuery {
  /** Every key that it may stand under: see `receiptKeys`. */
  readonly keys: readonly string[];
  /** Where the message went to, by the receipt. */
  readonly recipient: string;
  readonly atMs: number;
}

/** A receipt may overtake the answer of its submit_sm; clocks of two replicas differ. */
const overtakingMs = 60_000;

/**
 * Finds the part among messages that the index gave. Carriers use ids again, so the destination must
 * match as well; of what is left, the newest that was submitted before the receipt came.
 */
export function matchReceipt<Id>(
  query: ReceiptQuery,
  candidates: Iterable<readonly [Id, Facts]>,
): MatchedPart<Id> | undefined {
  let best: MatchedPart<Id> | undefined;
  for (const [messageId, facts] of candidates) {
    for (const outcome of facts.values()) {
      if (outcome.kind !== 'outcome' || !isMeant(outcome, query)) continue;
      if (best === undefined || isBetter(outcome, best.outcome, query)) {
        best = { messageId, outcome };
      }
    }
  }
  return best;
}

function isMeant(outcome: OutcomeFact, query: ReceiptQuery): boolean {
  return (
    outcome.result === 'submitted' &&
    outcome.carrierKey !== '' &&
    query.keys.includes(outcome.carrierKey) &&
    isSameDestination(outcome.destination, query.recipient)
  );
}

function isBetter(outcome: OutcomeFact, best: OutcomeFact, query: ReceiptQuery): boolean {
  const latest = query.atMs + overtakingMs;
  const [isPast, wasPast] = [outcome.atMs <= latest, best.atMs <= latest];
  if (isPast !== wasPast) return isPast;
  if (isPast) {
    const [rank, bestRank] = [
      query.keys.indexOf(outcome.carrierKey),
      query.keys.indexOf(best.carrierKey),
    ];
    return rank === bestRank ? outcome.atMs > best.atMs : rank < bestRank;
  }
  return outcome.atMs < best.atMs;
}

const leastDigits = 7;

/** Whether two spellings mean one number: with or without a plus, zeros or a country before it. */
export function isSameDestination(one: string, other: string): boolean {
  if (one === other) return one !== '';
  const [a, b] = [significant(one), significant(other)];
  if (a === b) return a !== '';
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= leastDigits && long.endsWith(short);
}

function significant(address: string): string {
  return address.replace(/[\s+().-]/g, '').replace(/^0+/, '');
}
