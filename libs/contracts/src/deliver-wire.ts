// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { isRejectionCode, parseMessageId, type MessageStatus } from '@sendium/message';
import type { Channel } from './channel.ts';
import {
  DeliverBatch,
  type DeliverItem as WireItem,
  type Report as WireReport,
  type ReportError as WireReportError,
} from './gen/sendium/v1/deliver.ts';
import { addressFromWire, messageFromWire, messageSize, messageToWire } from './message-wire.ts';
import type { DeliverKind, Report, ReportError } from './reports.ts';
import { subjects } from './subjects.ts';
import { WireError, decodeWith } from './wire-error.ts';

const statuses: readonly MessageStatus[] = [
  'accepted',
  'scheduled',
  'queued',
  'sent',
  'delivered',
  'undelivered',
  'expired',
  'rejected',
  'unknown',
  'failed',
  'canceled',
];
const noOctets = new Uint8Array(0);

/** Reports for an account, on `deliver.<kind>.<account>`. */
export function reportChannel(
  kind: DeliverKind,
  account: string,
  producer: string,
): Channel<Report> {
  return reports(subjects.deliver(kind, account), producer);
}

/** Reports that come again now, on `due.<kind>.<account>`. */
export function dueReportChannel(
  kind: DeliverKind,
  account: string,
  producer: string,
): Channel<Report> {
  return reports(subjects.dueDeliver(kind, account), producer);
}

function reports(subject: string, producer: string): Channel<Report> {
  return {
    subject,
    encode: (items) => encodeDeliverBatch(items, producer),
    sizeOf: ({ message }) => 500 + (message === undefined ? 0 : messageSize(message)),
  };
}

/** A batch for the subjects of reports, or a timer that fires into one of them. */
export function encodeDeliverBatch(items: readonly Report[], producer: string): Uint8Array {
  return DeliverBatch.encode({ producer, items: items.map(itemToWire) }).finish();
}

/** @throws {WireError} when the octets are no such batch */
export function decodeDeliverBatch(octets: Uint8Array): readonly Report[] {
  return decodeWith('DeliverBatch', () => DeliverBatch.decode(octets).items.map(itemFromWire));
}

function itemToWire(report: Report): WireItem {
  return { kind: { $case: 'report', value: reportToWire(report) }, tries: report.tries };
}

function reportToWire(report: Report): WireReport {
  const { messageId, account, to, from, segments, segmentsDelivered, error, message } = report;
  return {
    ...{ messageId, account, to, from, segments, segmentsDelivered },
    clientMessageId: report.clientMessageId ?? '',
    status: (statuses.indexOf(report.status) + 1) as WireReport['status'],
    atUnixMs: report.atMs,
    acceptedAtUnixMs: report.acceptedAtMs,
    error: error === undefined ? undefined : errorToWire(error),
    session: report.session ?? '',
    text: report.text ?? '',
    message: message === undefined ? undefined : messageToWire(message),
  };
}

function errorToWire({
  code,
  smppStatus,
  receiptError,
  networkError,
}: ReportError): WireReportError {
  return {
    code,
    smppStatus,
    receiptError: receiptError ?? '',
    networkError:
      networkError === undefined
        ? noOctets
        : Uint8Array.of(networkError.type, networkError.code >> 8, networkError.code & 0xff),
  };
}

function itemFromWire({ kind, tries }: WireItem): Report {
  if (kind === undefined) throw new WireError('deliver.kind', 'missing or not known');
  return reportFromWire(kind.value, tries);
}

function reportFromWire(wire: WireReport, tries: number): Report {
  const messageId = parseMessageId(wire.messageId);
  if (messageId === undefined) throw new WireError('report.message_id', 'not a message id');
  const status = statuses[wire.status - 1];
  if (status === undefined) throw new WireError('report.status', 'not known');
  const { account, segments, segmentsDelivered, clientMessageId, session, error, text, message } =
    wire;
  return {
    kind: 'report',
    ...{ messageId, account, status, segments, segmentsDelivered, tries },
    ...(clientMessageId === '' ? {} : { clientMessageId }),
    atMs: wire.atUnixMs,
    acceptedAtMs: wire.acceptedAtUnixMs,
    to: addressFromWire(wire.to, 'report.to'),
    from: addressFromWire(wire.from, 'report.from'),
    ...(error === undefined ? {} : { error: errorFromWire(error) }),
    ...(session === '' ? {} : { session }),
    ...(text === '' ? {} : { text }),
    ...(message === undefined ? {} : { message: messageFromWire(message) }),
  };
}

function errorFromWire(wire: WireReportError): ReportError {
  const [type, high, low] = wire.networkError;
  return {
    code: isRejectionCode(wire.code) ? wire.code : 'internal',
    ...(wire.smppStatus === undefined ? {} : { smppStatus: wire.smppStatus }),
    ...(wire.receiptError === '' ? {} : { receiptError: wire.receiptError }),
    ...(type === undefined || high === undefined || low === undefined
      ? {}
      : { networkError: { type, code: high * 256 + low } }),
  };
}
