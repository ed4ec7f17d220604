// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import {
  encodingFromWire,
  messageFromWire,
  type MessageError,
  type MessageRecord,
  type TimelineEvent,
} from '@sendium/contracts';
import {
  displayAddress,
  isRejectionCode,
  rejections,
  type Lane,
  type Message,
} from '@sendium/message';
import type { EventsResource, MessageResource } from './response-schema.ts';

const priorities: Readonly<Record<Lane, MessageResource['priority']>> = {
  priority: 'high',
  normal: 'normal',
  bulk: 'bulk',
};

const iso = (ms: number): string => new Date(ms).toISOString();
const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString('base64');

/** A message that was accepted and of which nothing more is known. */
export function toResource(message: Message): MessageResource {
  const { body } = message;
  return {
    id: message.id,
    object: 'message',
    direction: 'outbound',
    from: displayAddress(message.from),
    to: displayAddress(message.to),
    text: body.kind === 'text' ? body.text : null,
    binary: body.kind === 'binary' ? toBinary(body) : null,
    flash: body.kind === 'text' && body.flash,
    encoding: message.encoding,
    segments: message.segments,
    segments_delivered: 0,
    status: 'accepted',
    final: false,
    priority: priorities[message.lane],
    delivery_report: message.deliveryReport,
    client_reference: message.clientReference ?? null,
    metadata: message.metadata,
    batch_id: message.batchId ?? null,
    created_at: iso(message.acceptedAtMs),
    send_at: message.sendAtMs === undefined ? null : iso(message.sendAtMs),
    expires_at: iso(message.expiresAtMs),
    sent_at: null,
    completed_at: null,
    error: null,
  };
}

function toBinary(body: Extract<Message['body'], { kind: 'binary' }>): MessageResource['binary'] {
  return {
    data: base64(body.data),
    udh: base64(body.udh),
    data_coding: body.dataCoding,
    protocol_id: body.protocolId,
  };
}

/** A message as the tracker knows it. */
export function fromRecord(record: MessageRecord): MessageResource {
  const message = messageFromWire(record.message);
  return {
    ...toResource(message),
    status: record.status as MessageResource['status'],
    final: record.final,
    segments: record.segments,
    segments_delivered: record.segmentsDelivered,
    encoding: encodingFromWire(record.encoding) ?? message.encoding,
    sent_at: record.sentAt?.toISOString() ?? null,
    completed_at: record.completedAt?.toISOString() ?? null,
    error: record.error === undefined ? null : toError(record.error),
  };
}

const smppStatus = (status: number): string =>
  `0x${status.toString(16).toUpperCase().padStart(8, '0')}`;

/** network_error_code's first octet (SMPP 5.0, 4.8.4.42). */
const networkTypes: readonly string[] = ['', 'ansi-136', 'is-95', 'gsm'];

function toError(error: MessageError): NonNullable<MessageResource['error']> {
  const { code, networkErrorType: type } = error;
  const known = isRejectionCode(code) ? rejections[code] : undefined;
  return {
    code,
    title: known?.title ?? code,
    permanent: !(known?.isRetryable ?? false),
    ...(error.smppStatus === undefined ? {} : { smpp_status: smppStatus(error.smppStatus) }),
    ...(error.receiptError === '' ? {} : { receipt_error: error.receiptError }),
    ...(type === 0
      ? {}
      : {
          network_error: { type: networkTypes[type] ?? String(type), code: error.networkErrorCode },
        }),
  };
}

/** A message's timeline; a field that does not apply is left out. */
export function toEvents(events: readonly TimelineEvent[]): EventsResource {
  return { data: events.map(toEvent) };
}

/** The timeline of a message that was accepted and of which nothing more is known. */
export function acceptedEvents(message: Message): EventsResource {
  return { data: [{ type: 'accepted', at: iso(message.acceptedAtMs) }] };
}

function toEvent(event: TimelineEvent): EventsResource['data'][number] {
  const text = <K extends string>(name: K, value: string): Partial<Record<K, string>> =>
    value === '' ? {} : ({ [name]: value } as Record<K, string>);
  return {
    type: event.type,
    at: (event.at ?? new Date(0)).toISOString(),
    ...text('route', event.route),
    ...text('connector', event.connector),
    ...(event.type === 'accepted' ? {} : { attempt: event.attempt }),
    ...(event.part === 0 ? {} : { part: event.part }),
    ...text('carrier_message_id', event.carrierMessageId),
    ...(event.smppStatus === undefined ? {} : { smpp_status: smppStatus(event.smppStatus) }),
    ...text('stat', event.stat),
    ...text('err', event.err),
    ...text('code', event.code),
  };
}
