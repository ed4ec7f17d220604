// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import {
  encodingToWire,
  messageToWire,
  type MessageError,
  type MessageRecord,
  type TimelineEvent,
} from '@sendium/contracts';
import type { MessageState, StateError, TimelineEntry } from '@sendium/receipts';

/** What is known of a message, as the service answers it. */
export function toRecord(state: MessageState): MessageRecord {
  return {
    message: state.message === undefined ? undefined : messageToWire(state.message),
    status: state.status,
    final: state.isFinal,
    segments: state.segments,
    segmentsDelivered: state.segmentsDelivered,
    encoding: encodingToWire(state.encoding),
    sentAt: toDate(state.sentAtMs),
    completedAt: toDate(state.completedAtMs),
    error: state.error === undefined ? undefined : toError(state.error),
  };
}

function toError(error: StateError): MessageError {
  return {
    code: error.code,
    smppStatus: error.smppStatus,
    receiptError: error.receiptError ?? '',
    networkErrorType: error.networkError?.type ?? 0,
    networkErrorCode: error.networkError?.code ?? 0,
  };
}

/** One line of the timeline, as the service answers it. */
export function toTimelineEvent(entry: TimelineEntry): TimelineEvent {
  return {
    type: entry.type,
    at: toDate(entry.atMs),
    connector: entry.connector ?? '',
    carrierMessageId: entry.carrierMessageId ?? '',
    smppStatus: entry.smppStatus,
    stat: entry.stat ?? '',
    err: entry.err ?? '',
    attempt: entry.attempt ?? 0,
    part: entry.part ?? 0,
    route: entry.route ?? '',
    code: entry.code ?? '',
    way: entry.way ?? '',
    endpoint: entry.endpoint ?? '',
    status: entry.status ?? '',
  };
}

function toDate(atMs: number | undefined): Date | undefined {
  return atMs === undefined ? undefined : new Date(atMs);
}
