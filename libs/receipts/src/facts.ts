// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { factKey, type Fact } from './fact.ts';

/**
 * All that is known of one message, by identity of the facts. Invariants:
 * F1  Adding is commutative, associative and idempotent: any order, any repetition of the same facts
 *     gives the same set. So it does not matter in which order events are read, nor how often.
 * F2  Of two facts of one identity the earlier stays; at the same time, the one whose JSON sorts first.
 *     Stores that merge facts by themselves follow the same rule.
 */
export type Facts = ReadonlyMap<string, Fact>;

/** Adds a fact in place; tells whether that changed anything. */
export function addFact(facts: Map<string, Fact>, fact: Fact): boolean {
  const key = factKey(fact);
  const known = facts.get(key);
  if (known !== undefined && !isBefore(fact, known)) return false;
  facts.set(key, fact);
  return true;
}

/** The set of these facts. */
export function factsOf(list: Iterable<Fact>): Map<string, Fact> {
  const facts = new Map<string, Fact>();
  for (const fact of list) addFact(facts, fact);
  return facts;
}

function isBefore(fact: Fact, known: Fact): boolean {
  if (fact.atMs !== known.atMs) return fact.atMs < known.atMs;
  return JSON.stringify(fact) < JSON.stringify(known);
}
