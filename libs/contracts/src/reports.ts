// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type {
  Address,
  Encoding,
  Message,
  MessageId,
  MessageStatus,
  RejectionCode,
} from '@sendium/message';
import type { InboundMessage, ReceivedMessage } from './items.ts';

/** What applications are told, and how often it was offered so far. */
export type DeliverItem = Report | InboundPart | Received | EndpointTest;

/** What was offered before. */
export interface Offered {
  /** How often it was offered to the application and put off. */
  readonly tries: number;
  /** The webhook endpoint that it is for, or several with commas between; absent while it is for all that want it. */
  readonly endpoint?: string;
  readonly firstTriedAtMs?: number;
}

/** A part of an SMS from a mobile for SMPP clients, as the carrier gave it. */
export interface InboundPart extends Offered {
  readonly kind: 'inbound';
  readonly part: InboundMessage;
}

/** An SMS from a mobile for webhooks. */
export interface Received extends Offered {
  readonly kind: 'received';
  readonly message: ReceivedMessage;
}

/** Asked for by an operator, to see whether an endpoint takes what it is given. */
export interface EndpointTest extends Offered {
  readonly kind: 'endpoint_test';
  readonly id: string;
  readonly account: string;
  readonly atMs: number;
}

/** A state that a message came to, for the application that sent it. Times are milliseconds since 1970. */
export interface Report extends Offered {
  readonly kind: 'report';
  readonly messageId: MessageId;
  /** The id that the application was given, where that is not `messageId`. */
  readonly clientMessageId?: string;
  readonly account: string;
  readonly status: MessageStatus;
  /** When the message came to this state. */
  readonly atMs: number;
  readonly acceptedAtMs: number;
  /** As the application gave them. */
  readonly to: Address;
  readonly from: Address;
  /** As sent, or as counted at acceptance while nothing was sent. */
  readonly segments: number;
  readonly segmentsDelivered: number;
  /** Why the message did not arrive. */
  readonly error?: ReportError;
  /** The session that took the message. */
  readonly session?: string;
  /** How the message begins, for accounts that want it in their receipts. */
  readonly text?: string;
  /** The whole message, for those who show it. */
  readonly message?: Message;
  /** When the carrier had taken the last part. */
  readonly sentAtMs?: number;
  /** As sent, or as found at acceptance while nothing was sent. */
  readonly encoding?: Encoding;
}

export interface ReportError {
  readonly code: RejectionCode;
  /** command_status of submit_sm_resp, where one was the reason. */
  readonly smppStatus?: number;
  /** err of the carrier's receipt as given. */
  readonly receiptError?: string;
  /** type and code of the carrier's network_error_code. */
  readonly networkError?: { readonly type: number; readonly code: number };
}

/** How an application is told. */
export type DeliverKind = 'smpp' | 'webhook';

/** An item's identity: told again after a crash it is the same. */
export function deliverIdOf(item: DeliverItem): string {
  switch (item.kind) {
    case 'report':
      return reportIdOf(item);
    case 'inbound':
      return `${item.part.id}-inbound`;
    case 'received':
      return `${item.message.id}-received`;
    case 'endpoint_test':
      return item.id;
  }
}

/**
 * A report's identity, one per (message, status) for ever: told again after a crash it is the same report.
 * The parts that a message was joined from have one each, by the ids that the client was given.
 */
export function reportIdOf(
  report: Pick<Report, 'messageId' | 'status' | 'clientMessageId'>,
): string {
  const { messageId, status, clientMessageId } = report;
  const own = `${messageId}-${status}`;
  return clientMessageId === undefined ? own : `${own}-${clientMessageId}`;
}
