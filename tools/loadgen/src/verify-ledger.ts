// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { CarrierCounts } from './carrier-counts.ts';
import { fetchCarrierCounts } from './carrier-counts.ts';
import type { LedgerContent } from './ledger.ts';
import { readLedger } from './ledger.ts';
import type { MessageStatus } from './message-statuses.ts';
import { fetchStatuses } from './message-statuses.ts';

/** Whom to ask about a ledger. */
export interface VerifyOptions {
  readonly ledger: string;
  /** Control of the simulated carrier. */
  readonly simulatorUrl: string;
  /** Base URL and key of the REST API. */
  readonly url: string;
  readonly key: string;
  /** How long messages may take to reach a final state. Default 30. */
  readonly waitSeconds?: number;
  /** Connections to the REST API. Default 8. */
  readonly connections?: number;
}

/** A message that is not as it must be. */
export interface Finding {
  readonly token: string;
  readonly id: string;
  readonly status: string;
  readonly submissions: number;
}

/** What a ledger comes to. */
export interface VerifyReport {
  /** 202 was seen. */
  readonly accepted: number;
  /** Of these, accepted by the carrier, every part. */
  readonly submitted: number;
  /** Of these, in a final state. */
  readonly final: number;
  /** Final state, or what was answered instead, to messages. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Accepted, but neither at the carrier nor ended by a decision of the gateway. */
  readonly lost: number;
  /** Accepted submissions beyond the first of each message (of each part of it). */
  readonly duplicates: number;
  readonly duplicateTokens: number;
  /** Requests without an answer; nobody was promised anything. */
  readonly inDoubt: number;
  readonly inDoubtSubmitted: number;
  readonly refused: number;
  /** Refused, and at the carrier all the same. */
  readonly refusedSubmitted: number;
  /** Up to 100 messages behind `lost` and behind what is not final. */
  readonly findings: readonly Finding[];
}

/** Final states in which a message need not have reached the carrier: the gateway said so. */
const decided: ReadonlySet<string> = new Set(['failed', 'rejected', 'expired', 'canceled']);
const maxFindings = 100;
const pauseMs = 500;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Asks for every id until all are final or the time is over. */
async function awaitFinal(
  ids: readonly string[],
  options: VerifyOptions,
): Promise<ReadonlyMap<string, MessageStatus>> {
  const all = new Map<string, MessageStatus>();
  const endMs = performance.now() + (options.waitSeconds ?? 30) * 1_000;
  let open = ids;
  for (;;) {
    const found = await fetchStatuses(open, options);
    for (const [id, status] of found) all.set(id, status);
    open = open.filter((id) => all.get(id)?.isFinal !== true);
    if (open.length === 0 || performance.now() >= endMs) return all;
    await pause(pauseMs);
  }
}

const countIn = (tokens: Iterable<string>, carrier: CarrierCounts): number => {
  let count = 0;
  for (const token of tokens) if (carrier.counts.has(token)) count += 1;
  return count;
};

interface Judged {
  readonly submitted: number;
  readonly final: number;
  readonly lost: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

function judge(
  ledger: LedgerContent,
  carrier: CarrierCounts,
  statuses: ReadonlyMap<string, MessageStatus>,
): Judged {
  const byStatus: Record<string, number> = {};
  const findings: Finding[] = [];
  let [submitted, final, lost] = [0, 0, 0];
  for (const [token, id] of ledger.accepted) {
    const { status, isFinal } = statuses.get(id) ?? { status: 'lost', isFinal: false };
    const submissions = carrier.counts.get(token) ?? 0;
    const isSubmitted = submissions > 0 && !carrier.incomplete.has(token);
    const isLost = !isSubmitted && !decided.has(status);
    byStatus[status] = (byStatus[status] ?? 0) + 1;
    submitted += Number(isSubmitted);
    final += Number(isFinal);
    lost += Number(isLost);
    if ((isLost || !isFinal) && findings.length < maxFindings)
      findings.push({ token, id, status, submissions });
  }
  return { submitted, final, lost, statuses: byStatus, findings };
}

/** Asks the carrier and the gateway what became of every message in a ledger. */
export async function verifyLedger(options: VerifyOptions): Promise<VerifyReport> {
  const ledger = await readLedger(options.ledger);
  const statuses = await awaitFinal([...ledger.accepted.values()], options);
  // After the statuses: what is final has been submitted, so nothing counts as lost too early.
  const carrier = await fetchCarrierCounts(options.simulatorUrl, commonPattern(ledger));
  const ours = new Set([...ledger.accepted.keys(), ...ledger.inDoubt, ...ledger.refused]);
  const duplicates = [...carrier.duplicates].filter(([token]) => ours.has(token));
  return {
    accepted: ledger.accepted.size,
    ...judge(ledger, carrier, statuses),
    duplicates: duplicates.reduce((sum, [, extra]) => sum + extra, 0),
    duplicateTokens: duplicates.length,
    inDoubt: ledger.inDoubt.size,
    inDoubtSubmitted: countIn(ledger.inDoubt, carrier),
    refused: ledger.refused.size,
    refusedSubmitted: countIn(ledger.refused, carrier),
  };
}

/** A pattern for the runs in this ledger, so that the carrier need not list those of others. */
function commonPattern(ledger: LedgerContent): string {
  const tokens = [...ledger.accepted.keys(), ...ledger.inDoubt, ...ledger.refused];
  const prefixes = new Set(tokens.map((token) => token.slice(0, token.lastIndexOf('-') + 1)));
  return prefixes.size === 0 || prefixes.size > 50 ? '' : `^(${[...prefixes].join('|')})`;
}
