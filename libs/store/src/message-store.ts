// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { MessageId } from '@sendium/message';
import type { Fact, Facts, ReceiptFact } from '@sendium/receipts';

/**
 * What is known of all messages, durably. One process writes. Promises:
 * 1. `write` resolves once everything of it survives the end of process and machine.
 * 2. Facts join (see `Facts`): in any order, any number of times, also after a `write` of which nobody
 *    knows whether it was done. A write may be done in part; doing all of it again is always right.
 * 3. What `write` has resolved for, every later reading sees.
 * 4. No method takes long: what goes over many messages goes in steps that the caller bounds.
 */
export interface MessageStore extends AsyncDisposable {
  /** @throws {StoreError} nothing, or a part, was written; write all of it again later */
  write(changes: StoreChanges): Promise<void>;

  /** The facts of these messages; a message of which nothing is known is not in the answer. */
  factsOf(ids: readonly MessageId[]): Promise<ReadonlyMap<MessageId, Facts>>;

  /** The messages with a part that has this carrier's key (see `carrierKey`), for each key that has any. */
  findByCarrierKeys(keys: readonly string[]): Promise<ReadonlyMap<string, readonly MessageId[]>>;

  /** The messages of the account that were given this id at its ingress, the oldest first. */
  findByClientId(account: string, clientMessageId: string): Promise<readonly MessageId[]>;

  /** Whether any receipt is parked; knows it without asking the disk. */
  readonly hasParked: boolean;

  /** Parked receipts that may be meant by one of these keys. */
  findParked(keys: readonly string[]): Promise<readonly ParkedReceipt[]>;

  /** Receipts that were parked with a time before this, the oldest first. */
  listParked(beforeMs: number, limit: number): Promise<readonly ParkedReceipt[]>;

  /** Messages after this id (of the first one on, without) whose ids were made before a time, in order. */
  listByAge(range: AgeRange): Promise<readonly AgedMessage[]>;

  /** Visits that are due, the longest due first. */
  listVisits(untilMs: number, limit: number): Promise<readonly Visit[]>;

  /** How far a walk over the messages has come; undefined before its first step. */
  bookmark(walk: Walk): Promise<MessageId | undefined>;

  /** Forgets these messages altogether. */
  forget(ids: readonly MessageId[]): Promise<void>;

  /** SMS from mobiles of one owner, the newest first. */
  listInbound(range: InboundRange): Promise<readonly StoredInbound[]>;

  /** An SMS from a mobile, whosever it is. */
  findInbound(id: string): Promise<StoredInbound | undefined>;

  /** Forgets SMS from mobiles whose ids were made before a time; says how many it were, of `limit` at most. */
  forgetInbound(beforeMs: number, limit: number): Promise<number>;
}

/** One write: all lists may be empty. */
export interface StoreChanges {
  readonly facts?: readonly NewFacts[];
  readonly park?: readonly ParkedReceipt[];
  /** Ids of receipts that are parked no longer. */
  readonly unpark?: readonly string[];
  readonly visits?: readonly Visit[];
  readonly visited?: readonly Visit[];
  readonly bookmarks?: readonly { readonly walk: Walk; readonly at: MessageId }[];
  /** Told again it is the same one, but what nobody owned may come to an owner. */
  readonly inbound?: readonly StoredInbound[];
}

/** An SMS from a mobile. The store does not look into its octets. */
export interface StoredInbound {
  /** A message id: it begins with its time. */
  readonly id: string;
  /** Empty while nobody owns it. */
  readonly account: string;
  readonly octets: Uint8Array;
}

export interface InboundRange {
  /** Empty: those that nobody owns. */
  readonly account: string;
  /** Only what is older than this one. */
  readonly before?: string;
  readonly limit: number;
}

/** What became known of one message. */
export interface NewFacts {
  readonly messageId: MessageId;
  readonly facts: readonly Fact[];
  /** Of the status that the message has with these, as far as the writer knows: see `rankOf`. */
  readonly rank: number;
}

/** A receipt that has found no message yet. */
export interface ParkedReceipt {
  /** The same for the same receipt given twice. */
  readonly id: string;
  readonly group: string;
  /** Every key that it may mean: see `receiptKeys`. */
  readonly keys: readonly string[];
  readonly recipient: string;
  readonly carrierMessageIds: readonly string[];
  /** What becomes its fact once it is known which part it is about. */
  readonly receipt: Omit<ReceiptFact, 'attempt' | 'part'>;
}

/** A message that somebody has to come back to. */
export interface Visit {
  readonly messageId: MessageId;
  readonly dueAtMs: number;
}

/** Goes over all messages in the order of their age, once. */
export type Walk = 'lapse' | 'retention';

export interface AgeRange {
  readonly after: MessageId | undefined;
  readonly beforeMs: number;
  readonly limit: number;
}

/** A message and the highest rank that any writer has seen it at. */
export interface AgedMessage {
  readonly messageId: MessageId;
  readonly rank: number;
}

/** The store did not do what it was asked to. It may do so later. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly operation: string;

  constructor(operation: string, options: { readonly cause: unknown }) {
    super(`The store could not ${operation}.`, options);
    this.operation = operation;
  }
}
