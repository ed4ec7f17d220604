// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * What a message's facts amount to. Invariants:
 * S1  The state is a function of the set of facts: the order in which they were learned has no part in it.
 * S2  Each fact is a candidate for a status; the status is the candidate of the highest rank, among final
 *     ones the earliest. A further fact adds a candidate and takes none away, so the rank only rises.
 * S3  Receipts count once every part of their run was taken by the carrier: what comes for a run that was
 *     given up for another connector says nothing about the message.
 */
import {
  isFinal,
  rankOf,
  type Encoding,
  type Message,
  type MessageStatus,
  type RejectionCode,
} from '@sendium/message';
import type { ConcludedFact, Fact, OutcomeFact, ReceiptFact, ReceiptFactState } from './fact.ts';
import type { Facts } from './facts.ts';
import { completeAtMs, submissionRuns, type SubmissionRun } from './submission-run.ts';

/** Why a message did not arrive. */
export interface StateError {
  readonly code: RejectionCode;
  /** command_status of submit_sm_resp, where that was the reason. */
  readonly smppStatus?: number;
  /** err of the receipt as given, where one was the reason. */
  readonly receiptError?: string;
  readonly networkError?: { readonly type: number; readonly code: number };
}

/** A status and since when it holds. */
export interface Transition {
  readonly status: MessageStatus;
  readonly atMs: number;
}

/** Where a message is, and what it went through. Times are milliseconds since 1970. */
export interface MessageState {
  readonly status: MessageStatus;
  readonly isFinal: boolean;
  /** Undefined while only a connector's word is known and the acceptance is not. */
  readonly message: Message | undefined;
  /** As really sent; as counted at acceptance until then. */
  readonly segments: number;
  readonly segmentsDelivered: number;
  readonly encoding: Encoding | undefined;
  /** When the carrier had taken the last part. */
  readonly sentAtMs: number | undefined;
  readonly completedAtMs: number | undefined;
  readonly error: StateError | undefined;
  /** The statuses that it went through, in order, each once; the last is `status`. */
  readonly transitions: readonly Transition[];
}

interface Candidate extends Transition {
  readonly error?: StateError;
}

interface Negative {
  readonly status: MessageStatus;
  readonly code?: RejectionCode;
}

const atFirst: Candidate = { status: 'accepted', atMs: 0 };

/** Folds the facts into the state. */
export function stateOf(facts: Facts): MessageState {
  const runs = submissionRuns(facts.values());
  const sentAtMs = firstSent(runs);
  const { message, candidates } = collect(facts, runs, sentAtMs);
  const transitions: readonly Candidate[] = toTransitions(candidates);
  const last = transitions.at(-1) ?? atFirst;
  const isEnd = isFinal(last.status);
  const sent = runs.findLast(({ submittedAtMs }) => submittedAtMs.size > 0);
  return {
    status: last.status,
    isFinal: isEnd,
    message,
    segments: segmentsOf(sent, message),
    segmentsDelivered: mostDelivered(runs),
    encoding: sent?.encoding ?? message?.encoding,
    sentAtMs,
    completedAtMs: isEnd ? last.atMs : undefined,
    error: last.error,
    transitions: transitions.map(({ status, atMs }) => ({ status, atMs })),
  };
}

function segmentsOf(sent: SubmissionRun | undefined, message: Message | undefined): number {
  return sent?.parts ?? message?.segments ?? 0;
}

function mostDelivered(runs: readonly SubmissionRun[]): number {
  let most = 0;
  for (const { deliveredAtMs } of runs) most = Math.max(most, deliveredAtMs.size);
  return most;
}

function firstSent(runs: readonly SubmissionRun[]): number | undefined {
  let first: number | undefined;
  for (const run of runs) {
    const atMs = completeAtMs(run, run.submittedAtMs);
    if (atMs !== undefined && (first === undefined || atMs < first)) first = atMs;
  }
  return first;
}

function collect(facts: Facts, runs: readonly SubmissionRun[], sentAtMs: number | undefined) {
  const candidates: Candidate[] = [];
  let message: Message | undefined;
  for (const fact of facts.values()) {
    if ('message' in fact) message ??= fact.message;
    const candidate = candidateOf(fact, sentAtMs !== undefined);
    if (candidate !== undefined) candidates.push(candidate);
  }
  if (message !== undefined) candidates.push({ status: 'accepted', atMs: message.acceptedAtMs });
  if (sentAtMs !== undefined) candidates.push({ status: 'sent', atMs: sentAtMs });
  for (const run of runs) addReceipts(run, candidates);
  return { message, candidates };
}

/** What one fact says by itself. */
function candidateOf(fact: Fact, isSent: boolean): Candidate | undefined {
  const { atMs } = fact;
  switch (fact.kind) {
    case 'scheduled':
      return { status: 'scheduled', atMs };
    case 'routed':
      return { status: 'queued', atMs };
    case 'concluded':
      return concludedCandidate(fact);
    case 'outcome':
      return outcomeCandidate(fact);
    case 'lapsed':
      return isSent ? { status: 'unknown', atMs } : undefined;
    case 'receipt':
    case 'notified':
      return undefined;
  }
}

function concludedCandidate({ conclusion, atMs, code }: ConcludedFact): Candidate {
  return conclusion === 'canceled'
    ? { status: conclusion, atMs }
    : { status: conclusion, atMs, error: { code } };
}

/** Outcomes that end the message; the others leave it on its way. */
const ends: Readonly<Partial<Record<OutcomeFact['result'], Required<Negative>>>> = {
  rejected: { status: 'rejected', code: 'carrier_rejected' },
  failed: { status: 'failed', code: 'nacked' },
  expired: { status: 'expired', code: 'message_expired' },
  unknown: { status: 'unknown', code: 'outcome_unknown' },
};

function outcomeCandidate(fact: OutcomeFact): Candidate {
  const { atMs, commandStatus } = fact;
  const end = ends[fact.result];
  if (end === undefined) return { status: 'queued', atMs };
  const code = fact.code ?? end.code;
  const isAnswered = end.status === 'rejected' || end.status === 'failed';
  const smppStatus = isAnswered ? { smppStatus: commandStatus } : {};
  return { status: end.status, atMs, error: { code, ...smppStatus } };
}

function addReceipts(run: SubmissionRun, candidates: Candidate[]): void {
  if (run.receipts.length === 0) return;
  const sentAtMs = completeAtMs(run, run.submittedAtMs);
  if (sentAtMs === undefined) return;
  const deliveredAtMs = completeAtMs(run, run.deliveredAtMs);
  if (deliveredAtMs !== undefined) candidates.push({ status: 'delivered', atMs: deliveredAtMs });
  for (const receipt of run.receipts) {
    const negative = negatives[receipt.state];
    if (negative === undefined) continue;
    const { status, code } = negative;
    const error = code === undefined ? {} : { error: receiptError(receipt, code) };
    candidates.push({ status, atMs: receipt.atMs, ...error });
  }
}

const undelivered: Negative = { status: 'undelivered', code: 'undeliverable' };

const negatives: Readonly<Partial<Record<ReceiptFactState, Negative>>> = {
  undeliverable: undelivered,
  skipped: undelivered,
  // Nobody here asked for it: a cancellation of ours is a conclusion, and earlier.
  deleted: undelivered,
  expired: { status: 'expired', code: 'message_expired' },
  rejected: { status: 'rejected', code: 'carrier_rejected' },
  unknown: { status: 'unknown' },
};

function receiptError(receipt: ReceiptFact, code: RejectionCode): StateError {
  const { error, networkError } = receipt;
  return {
    code,
    ...(error === '' ? {} : { receiptError: error }),
    ...(networkError === undefined ? {} : { networkError }),
  };
}

/** The first candidate of each rank on the way to the highest, in order. */
function toTransitions(candidates: readonly Candidate[]): readonly Candidate[] {
  const firsts: Candidate[] = [];
  for (const candidate of candidates) {
    const rank = rankOf(candidate.status);
    const known = firsts[rank];
    if (known === undefined || isBefore(candidate, known)) firsts[rank] = candidate;
  }
  const reached = firsts.filter((candidate) => (candidate as Candidate | undefined) !== undefined);
  const last = reached.at(-1);
  // Going to `unknown` after the end was no transition: the end had come.
  return reached.filter(
    (step) => step === last || step.status !== 'unknown' || isBefore(step, last),
  );
}

function isBefore(one: Candidate, other: Candidate | undefined): boolean {
  if (other === undefined) return false;
  if (one.atMs !== other.atMs) return one.atMs < other.atMs;
  return textOf(one) < textOf(other);
}

function textOf({ status, error }: Candidate): string {
  return JSON.stringify([
    status,
    error?.code,
    error?.smppStatus,
    error?.receiptError,
    error?.networkError,
  ]);
}
