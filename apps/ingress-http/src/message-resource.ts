// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import {
  encodingFromWire,
  messageFromWire,
  messageResource,
  smppStatusText,
  type KnownOfMessage,
  type MessageError,
  type MessageRecord,
  type MessageResource,
  type TimelineEvent,
} from '@sendium/contracts';
import type { Message, MessageStatus } from '@sendium/message';
import type { EventsResource } from './response-schema.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/** A message as the tracker knows it. */
export function fromRecord(record: MessageRecord): MessageResource {
  const { sentAt, completedAt, error } = record;
  const encoding = encodingFromWire(record.encoding);
  return messageResource(messageFromWire(record.message), {
    status: record.status as MessageStatus,
    segments: record.segments,
    segmentsDelivered: record.segmentsDelivered,
    ...(encoding === undefined ? {} : { encoding }),
    ...(sentAt === undefined ? {} : { sentAtMs: sentAt.getTime() }),
    ...(completedAt === undefined ? {} : { completedAtMs: completedAt.getTime() }),
    ...(error === undefined ? {} : { error: toError(error) }),
  });
}

function toError(error: MessageError): NonNullable<KnownOfMessage['error']> {
  const { code, smppStatus, receiptError, networkErrorType, networkErrorCode } = error;
  return {
    code,
    ...(smppStatus === undefined ? {} : { smppStatus }),
    ...(receiptError === '' ? {} : { receiptError }),
    ...(networkErrorType === 0
      ? {}
      : { networkError: { type: networkErrorType, code: networkErrorCode } }),
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
    ...(event.smppStatus === undefined ? {} : { smpp_status: smppStatusText(event.smppStatus) }),
    ...text('stat', event.stat),
    ...text('err', event.err),
    ...text('code', event.code),
    ...text('way', event.way),
    ...text('endpoint', event.endpoint),
    ...text('status', event.status),
  };
}
