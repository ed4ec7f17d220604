// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Encoding, Message, MessageStatus, RejectionCode } from '@sendium/message';

/** One thing that is known of a message. A message's document is nothing but the set of its facts. */
export type Fact =
  | RoutedFact
  | ScheduledFact
  | ConcludedFact
  | OutcomeFact
  | ReceiptFact
  | LapsedFact
  | NotifiedFact;

/** The router gave the message to a connector. */
export interface RoutedFact {
  readonly kind: 'routed';
  readonly atMs: number;
  readonly message: Message;
  readonly attempt: number;
  readonly route: string;
  readonly connector: string;
}

/** The router put the message aside until its time. */
export interface ScheduledFact {
  readonly kind: 'scheduled';
  readonly atMs: number;
  readonly message: Message;
  readonly dueAtMs: number;
}

/** The gateway ended the message by itself. */
export interface ConcludedFact {
  readonly kind: 'concluded';
  readonly atMs: number;
  readonly message: Message;
  readonly conclusion: 'failed' | 'rejected' | 'expired' | 'canceled';
  readonly code: RejectionCode;
  readonly attempt: number;
}

/** What became of one part of one attempt at the carrier's door. */
export interface OutcomeFact {
  readonly kind: 'outcome';
  readonly atMs: number;
  readonly attempt: number;
  /** 1-based, of `parts`. */
  readonly part: number;
  readonly parts: number;
  readonly connector: string;
  readonly result:
    | 'submitted'
    | 'rejected'
    | 'failed'
    | 'expired'
    | 'retry'
    | 'next_target'
    | 'returned'
    | 'unknown';
  readonly commandStatus: number;
  /** As the carrier gave it; empty when it gave none. */
  readonly carrierMessageId: string;
  /** What a receipt finds the part by: see `carrierKey`; empty when the carrier gave no id. */
  readonly carrierKey: string;
  /** The destination as it stood in submit_sm. */
  readonly destination: string;
  readonly code?: RejectionCode;
  readonly encoding?: Encoding;
}

/** message_state (SMPP 5.0, 4.7.15). */
export type ReceiptFactState =
  | 'scheduled'
  | 'enroute'
  | 'delivered'
  | 'expired'
  | 'deleted'
  | 'undeliverable'
  | 'accepted'
  | 'unknown'
  | 'rejected'
  | 'skipped';

/** A receipt that has found the part it is about. */
export interface ReceiptFact {
  readonly kind: 'receipt';
  readonly atMs: number;
  readonly attempt: number;
  readonly part: number;
  /** The connector that it came over. */
  readonly connector: string;
  /** As the receipt gave it. */
  readonly carrierMessageId: string;
  readonly state: ReceiptFactState;
  readonly stat: string;
  readonly error: string;
  readonly networkError?: { readonly type: number; readonly code: number };
  readonly doneDate: string;
}

/** The time to wait for a final receipt is over. */
export interface LapsedFact {
  readonly kind: 'lapsed';
  readonly atMs: number;
}

/** An application has taken a report. */
export interface NotifiedFact {
  readonly kind: 'notified';
  readonly atMs: number;
  readonly way: 'smpp' | 'webhook';
  /** The name of the webhook endpoint; empty where there is none. */
  readonly endpoint: string;
  readonly status: MessageStatus;
}

/**
 * A fact's identity within its message: two facts of one identity are one fact, told twice.
 *
 * - An outcome is (attempt, part of so many) with what came of it: a part that a carrier took twice, because the
 *   first answer was never seen, has two outcomes and two carrier's ids, and receipts for both count.
 * - A receipt is what it says, not which bind brought it. The done date sets final receipts apart; a
 *   carrier that says ENROUTE every minute says one thing.
 */
export function factKey(fact: Fact): string {
  switch (fact.kind) {
    case 'routed':
      return `routed/${fact.attempt}/${fact.connector}`;
    case 'concluded':
      return `concluded/${fact.attempt}/${fact.conclusion}`;
    case 'outcome':
      return outcomeKey(fact);
    case 'receipt':
      return `receipt/${fact.attempt}/${fact.part}/${receiptDigest(fact)}`;
    case 'notified':
      return `notified/${fact.way}/${fact.endpoint}/${fact.status}`;
    case 'scheduled':
    case 'lapsed':
      return fact.kind;
  }
}

function outcomeKey(fact: OutcomeFact): string {
  const { attempt, part, parts, connector, result, carrierMessageId } = fact;
  return `outcome/${attempt}/${part}/${parts}/${connector}/${result}/${carrierMessageId}`;
}

type ReceiptContent = Pick<
  ReceiptFact,
  'carrierMessageId' | 'state' | 'stat' | 'error' | 'doneDate'
>;

/** What a receipt says, in one text: equal for the same receipt given twice. */
export function receiptDigest(receipt: ReceiptContent): string {
  const { carrierMessageId, state, stat, error, doneDate } = receipt;
  const date = isIntermediate(state) ? '' : doneDate;
  return `${carrierMessageId}/${state}/${stat}/${error}/${date}`;
}

/** Whether the carrier will say more about the part (decisions: ACCEPTD is no end). */
export function isIntermediate(state: ReceiptFactState): boolean {
  return state === 'scheduled' || state === 'enroute' || state === 'accepted';
}
