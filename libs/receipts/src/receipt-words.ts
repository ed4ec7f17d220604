// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { rejections, type MessageStatus } from '@sendium/message';
import type { StateError } from './message-state.ts';

/** How a receipt says what became of a message (SMPP 3.4, appendix B and 5.2.28). */
export interface ReceiptWords {
  /** Seven letters at most. */
  readonly stat: string;
  /** message_state. */
  readonly messageState: number;
  /** Three characters; 000 where nothing is wrong. */
  readonly err: string;
}

/** By its words in a receipt's text and its number in message_state. */
const states = {
  ENROUTE: 1,
  DELIVRD: 2,
  EXPIRED: 3,
  DELETED: 4,
  UNDELIV: 5,
  UNKNOWN: 7,
  REJECTD: 8,
} as const;

const stats: Readonly<Record<MessageStatus, keyof typeof states>> = {
  accepted: 'ENROUTE',
  scheduled: 'ENROUTE',
  queued: 'ENROUTE',
  sent: 'ENROUTE',
  delivered: 'DELIVRD',
  undelivered: 'UNDELIV',
  expired: 'EXPIRED',
  rejected: 'REJECTD',
  unknown: 'UNKNOWN',
  failed: 'UNDELIV',
  canceled: 'DELETED',
};

/** The words for a state. A failure by policy is a refusal: the table of rejections tells them apart. */
export function receiptWords(status: MessageStatus, error?: StateError): ReceiptWords {
  const isRefusal =
    status === 'failed' && error !== undefined && rejections[error.code].stat === 'REJECTD';
  const stat = isRefusal ? 'REJECTD' : stats[status];
  return { stat, messageState: states[stat], err: errOf(error) };
}

/** The carrier's own word first, then what it answered to submit_sm, then what our code means in SMPP. */
function errOf(error: StateError | undefined): string {
  if (error === undefined) return '000';
  const { receiptError, smppStatus, code } = error;
  return receiptError === undefined
    ? toThree((smppStatus ?? rejections[code].smppStatus).toString(16).toUpperCase())
    : toThree(receiptError);
}

/** Leading zeros come and go; of what is longer still the end says most. */
function toThree(text: string): string {
  const printable = text.replace(/[^\x21-\x7e]/g, '');
  return printable.replace(/^0+/, '').slice(-3).padStart(3, '0');
}
