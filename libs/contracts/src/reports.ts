// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Address, Message, MessageId, MessageStatus, RejectionCode } from '@sendium/message';

/** A state that a message came to, for the application that sent it. Times are milliseconds since 1970. */
export interface Report {
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
  /** How often it was offered to the application and put off. */
  readonly tries: number;
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

/** A report's identity, one per (message, status) for ever: told again after a crash it is the same report. */
export function reportIdOf(report: Pick<Report, 'messageId' | 'status'>): string {
  return `${report.messageId}-${report.status}`;
}
