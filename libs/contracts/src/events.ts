// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Encoding, Message, MessageId, MessageStatus, RejectionCode } from '@sendium/message';
import type { ReceivedMessage } from './items.ts';
import type { DeliverKind } from './reports.ts';

/** What happened to a message; `kind` is also the last token of the subject. */
export type GatewayEvent =
  Routed | Scheduled | Concluded | Outcome | Intent | ReceiptReceived | InboundReceived | Notified;

/** The router gave the message to a connector; carries the acceptance. */
export interface Routed {
  readonly kind: 'routed';
  readonly atMs: number;
  readonly messageId: MessageId;
  readonly message: Message;
  readonly attempt: number;
  readonly route: string;
  readonly connector: string;
  readonly configurationVersion: number;
}

/** The router put the message aside until its time. */
export interface Scheduled {
  readonly kind: 'scheduled';
  readonly atMs: number;
  readonly messageId: MessageId;
  readonly message: Message;
  readonly dueAtMs: number;
}

/** The gateway ended the message before any carrier took it. */
export interface Concluded {
  readonly kind: 'concluded';
  readonly atMs: number;
  readonly messageId: MessageId;
  readonly message: Message;
  readonly conclusion: 'failed' | 'rejected' | 'expired' | 'canceled';
  readonly code: RejectionCode;
  readonly attempt: number;
}

export type OutcomeResult =
  | 'submitted'
  | 'rejected'
  | 'failed'
  | 'expired'
  | 'retry'
  | 'next_target'
  | 'returned'
  | 'unknown';

/** A connector's word on one part of one attempt; (messageId, attempt, part) is the unit of idempotence. */
export interface Outcome {
  readonly kind: 'outcome';
  readonly atMs: number;
  readonly messageId: MessageId;
  readonly attempt: number;
  /** 1-based. */
  readonly part: number;
  readonly parts: number;
  readonly connector: string;
  readonly result: OutcomeResult;
  readonly commandStatus: number;
  readonly carrierMessageId: string;
  /** The destination as it stood in submit_sm. */
  readonly destination: string;
  /** When the next attempt is due; 0 where there is none. */
  readonly dueAtMs: number;
  readonly code?: RejectionCode;
  readonly encoding?: Encoding;
  readonly receiptExpected: boolean;
}

/** Before a submit_sm under `on_unknown_outcome: park`. */
export interface Intent {
  readonly kind: 'intent';
  readonly atMs: number;
  readonly messageId: MessageId;
  readonly attempt: number;
  readonly part: number;
  readonly connector: string;
}

/** message_state of SMPP 5.0, 4.7.15. */
export const receiptStates = [
  'scheduled',
  'enroute',
  'delivered',
  'expired',
  'deleted',
  'undeliverable',
  'accepted',
  'unknown',
  'rejected',
  'skipped',
] as const;
export type ReceiptState = (typeof receiptStates)[number];

/** A delivery receipt as the carrier gave it; it names the message by the carrier's own id. */
export interface ReceiptReceived {
  readonly kind: 'receipt';
  readonly atMs: number;
  readonly connector: string;
  /** As given: receipted_message_id first, then `id:` of the text. */
  readonly carrierMessageIds: readonly string[];
  /** source_addr of the deliver_sm: where the message went to. */
  readonly recipient: string;
  readonly state: ReceiptState;
  readonly stat: string;
  readonly error: string;
  /** type and code of network_error_code. */
  readonly networkError?: { readonly type: number; readonly code: number };
  readonly doneDate: string;
}

/** The router read an SMS from a mobile, and gave it to an account or to none. */
export interface InboundReceived {
  readonly kind: 'received';
  readonly atMs: number;
  readonly received: ReceivedMessage;
}

/** An application has taken a report. */
export interface Notified {
  readonly kind: 'notified';
  readonly atMs: number;
  readonly messageId: MessageId;
  readonly way: DeliverKind;
  /** The name of the webhook endpoint; empty where there is none. */
  readonly endpoint: string;
  readonly status: MessageStatus;
}
