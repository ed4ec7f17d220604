// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { factKey, type Fact, type OutcomeFact, type ReceiptFact } from './fact.ts';

/**
 * Attempts that follow each other on one connector, seen as one: a retry submits only the parts that
 * the attempts before it have not handed over.
 */
export interface SubmissionRun {
  readonly connector: string;
  readonly firstAttempt: number;
  readonly lastAttempt: number;
  /** How many parts the message was split into. */
  readonly parts: number;
  /** When each part was first taken by the carrier. */
  readonly submittedAtMs: ReadonlyMap<number, number>;
  /** When each part was first reported delivered. */
  readonly deliveredAtMs: ReadonlyMap<number, number>;
  readonly receipts: readonly ReceiptFact[];
  readonly encoding: OutcomeFact['encoding'];
}

/** The runs that a message's facts tell of, in order of their attempts. */
export function submissionRuns(facts: Iterable<Fact>): readonly SubmissionRun[] {
  const outcomes: OutcomeFact[] = [];
  const receipts: ReceiptFact[] = [];
  for (const fact of facts) {
    if (fact.kind === 'outcome') outcomes.push(fact);
    else if (fact.kind === 'receipt') receipts.push(fact);
  }
  const first = outcomes[0];
  if (first === undefined) return [];
  if (outcomes.length === 1) return [toRun([first], receipts)];
  return chains(outcomes).map((chain) => toRun(chain, receipts));
}

function chains(outcomes: readonly OutcomeFact[]): readonly (readonly OutcomeFact[])[] {
  const sorted = [...outcomes].sort(
    (a, b) =>
      compare(a.connector, b.connector) || a.attempt - b.attempt || compare(factKey(a), factKey(b)),
  );
  const found: OutcomeFact[][] = [];
  let last: OutcomeFact | undefined;
  for (const outcome of sorted) {
    const isNext = last?.connector === outcome.connector && outcome.attempt <= last.attempt + 1;
    if (isNext) found.at(-1)?.push(outcome);
    else found.push([outcome]);
    last = outcome;
  }
  // Stable: what begins with the same attempt stays in the order of connectors and parts.
  return found.flatMap(byParts).sort((a, b) => attemptOf(a) - attemptOf(b));
}

/** Cut into another number of parts it is another submission; an attempt that came to nothing is none. */
function byParts(chain: readonly OutcomeFact[]): readonly (readonly OutcomeFact[])[] {
  const counts = new Set(chain.map(({ parts }) => parts).sort((a, b) => a - b));
  return [...counts].map((parts) => chain.filter((outcome) => outcome.parts === parts));
}

function attemptOf(chain: readonly OutcomeFact[]): number {
  return chain[0]?.attempt ?? 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const noTimes: ReadonlyMap<number, number> = new Map();

function toRun(outcomes: readonly OutcomeFact[], all: readonly ReceiptFact[]): SubmissionRun {
  const submittedAtMs = new Map<number, number>();
  let encoding: OutcomeFact['encoding'];
  for (const outcome of outcomes) {
    encoding ??= outcome.encoding;
    if (outcome.result === 'submitted') setEarlier(submittedAtMs, outcome.part, outcome.atMs);
  }
  const [firstAttempt, lastAttempt] = [attemptOf(outcomes), outcomes.at(-1)?.attempt ?? 0];
  const receipts =
    all.length === 0
      ? all
      : all.filter(({ attempt }) => attempt >= firstAttempt && attempt <= lastAttempt);
  const deliveredAtMs = receipts.length === 0 ? noTimes : deliveries(receipts);
  const { connector = '', parts = 0 } = outcomes[0] ?? {};
  return {
    connector,
    firstAttempt,
    lastAttempt,
    parts,
    submittedAtMs,
    deliveredAtMs,
    receipts,
    encoding,
  };
}

function deliveries(receipts: readonly ReceiptFact[]): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  for (const receipt of receipts) {
    if (receipt.state === 'delivered') setEarlier(times, receipt.part, receipt.atMs);
  }
  return times;
}

function setEarlier(times: Map<number, number>, part: number, atMs: number): void {
  times.set(part, Math.min(atMs, times.get(part) ?? atMs));
}

/** When the last of all parts came to be in the map; undefined while one is missing. */
export function completeAtMs(
  run: SubmissionRun,
  times: ReadonlyMap<number, number>,
): number | undefined {
  if (run.parts === 0 || times.size < run.parts) return undefined;
  let last = 0;
  for (const atMs of times.values()) if (atMs > last) last = atMs;
  return last;
}
