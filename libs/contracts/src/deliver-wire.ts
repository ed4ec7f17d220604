// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { isRejectionCode, parseMessageId } from '@sendium/message';
import type { Channel } from './channel.ts';
import {
  DeliverBatch,
  type DeliverItem as WireItem,
  type Report as WireReport,
  type ReportError as WireReportError,
} from './gen/sendium/v1/deliver.ts';
import {
  addressFromWire,
  encodingFromWire,
  encodingToWire,
  messageFromWire,
  messageSize,
  messageToWire,
} from './message-wire.ts';
import { inboundFromWire, inboundSize, inboundToWire } from './inbound-wire.ts';
import { receivedFromWire, receivedSize, receivedToWire } from './received-wire.ts';
import type { DeliverItem, DeliverKind, Report, ReportError } from './reports.ts';
import { statusFromWire, statusToWire } from './status-wire.ts';
import { subjects } from './subjects.ts';
import { WireError, decodeWith } from './wire-error.ts';

const noOctets = new Uint8Array(0);

/** What an account is told, on `deliver.<kind>.<account>`. */
export function deliverChannel(
  kind: DeliverKind,
  account: string,
  producer: string,
): Channel<DeliverItem> {
  return channelOf(subjects.deliver(kind, account), producer);
}

/** What comes again now, on `due.<kind>.<account>`. */
export function dueDeliverChannel(
  kind: DeliverKind,
  account: string,
  producer: string,
): Channel<DeliverItem> {
  return channelOf(subjects.dueDeliver(kind, account), producer);
}

function channelOf(subject: string, producer: string): Channel<DeliverItem> {
  return { subject, encode: (items) => encodeDeliverBatch(items, producer), sizeOf };
}

function sizeOf(item: DeliverItem): number {
  switch (item.kind) {
    case 'report':
      return 500 + (item.message === undefined ? 0 : messageSize(item.message));
    case 'inbound':
      return inboundSize(item.part);
    case 'received':
      return receivedSize(item.message);
    case 'endpoint_test':
      return 200;
  }
}

/** A batch for the subjects of what applications are told, or a timer that fires into one of them. */
export function encodeDeliverBatch(items: readonly DeliverItem[], producer: string): Uint8Array {
  return DeliverBatch.encode({ producer, items: items.map(itemToWire) }).finish();
}

/** @throws {WireError} when the octets are no such batch */
export function decodeDeliverBatch(octets: Uint8Array): readonly DeliverItem[] {
  return decodeWith('DeliverBatch', () => DeliverBatch.decode(octets).items.map(itemFromWire));
}

function itemToWire(item: DeliverItem): WireItem {
  const { tries, endpoint = '', firstTriedAtMs = 0 } = item;
  return { kind: kindToWire(item), tries, endpoint, firstTriedAtUnixMs: firstTriedAtMs };
}

function kindToWire(item: DeliverItem): WireItem['kind'] {
  switch (item.kind) {
    case 'report':
      return { $case: 'report', value: reportToWire(item) };
    case 'inbound':
      return { $case: 'inbound', value: inboundToWire(item.part) };
    case 'received':
      return { $case: 'received', value: receivedToWire(item.message) };
    case 'endpoint_test': {
      const { id, account, atMs } = item;
      return { $case: 'endpointTest', value: { id, account, atUnixMs: atMs } };
    }
  }
}

function reportToWire(report: Report): WireReport {
  const { messageId, account, to, from, segments, segmentsDelivered, error, message } = report;
  return {
    ...{ messageId, account, to, from, segments, segmentsDelivered },
    clientMessageId: report.clientMessageId ?? '',
    status: statusToWire(report.status),
    atUnixMs: report.atMs,
    acceptedAtUnixMs: report.acceptedAtMs,
    error: error === undefined ? undefined : errorToWire(error),
    session: report.session ?? '',
    text: report.text ?? '',
    message: message === undefined ? undefined : messageToWire(message),
    sentAtUnixMs: report.sentAtMs ?? 0,
    encoding: encodingToWire(report.encoding),
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

function itemFromWire(wire: WireItem): DeliverItem {
  const { kind, tries, endpoint, firstTriedAtUnixMs: firstTriedAtMs } = wire;
  const offered = {
    tries,
    ...(endpoint === '' ? {} : { endpoint }),
    ...(firstTriedAtMs === 0 ? {} : { firstTriedAtMs }),
  };
  switch (kind?.$case) {
    case 'report':
      return { ...reportFromWire(kind.value), ...offered };
    case 'inbound':
      return { kind: 'inbound', part: inboundFromWire(kind.value), ...offered };
    case 'received':
      return { kind: 'received', message: receivedFromWire(kind.value), ...offered };
    case 'endpointTest': {
      const { id, account, atUnixMs: atMs } = kind.value;
      return { kind: 'endpoint_test', id, account, atMs, ...offered };
    }
    case undefined:
      throw new WireError('deliver.kind', 'missing or not known');
  }
}

function reportFromWire(wire: WireReport): Omit<Report, 'tries'> {
  const messageId = parseMessageId(wire.messageId);
  if (messageId === undefined) throw new WireError('report.message_id', 'not a message id');
  const status = statusFromWire(wire.status, 'report.status');
  const { account, segments, segmentsDelivered, clientMessageId, session, error, text, message } =
    wire;
  const encoding = encodingFromWire(wire.encoding);
  return {
    kind: 'report',
    ...{ messageId, account, status, segments, segmentsDelivered },
    ...(clientMessageId === '' ? {} : { clientMessageId }),
    atMs: wire.atUnixMs,
    acceptedAtMs: wire.acceptedAtUnixMs,
    to: addressFromWire(wire.to, 'report.to'),
    from: addressFromWire(wire.from, 'report.from'),
    ...(error === undefined ? {} : { error: errorFromWire(error) }),
    ...(session === '' ? {} : { session }),
    ...(text === '' ? {} : { text }),
    ...(message === undefined ? {} : { message: messageFromWire(message) }),
    ...(wire.sentAtUnixMs === 0 ? {} : { sentAtMs: wire.sentAtUnixMs }),
    ...(encoding === undefined ? {} : { encoding }),
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
