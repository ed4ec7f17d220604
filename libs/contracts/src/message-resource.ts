// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** A message as applications see it, the same in answers of the REST API and in webhooks. */
import {
  displayAddress,
  isFinal,
  isRejectionCode,
  rejections,
  type DeliveryReport,
  type Encoding,
  type Lane,
  type Message,
  type MessageStatus,
} from '@sendium/message';
import type { ReceivedMessage } from './items.ts';
import type { ReportError } from './reports.ts';

/** Octets as JSON has them. */
export interface BinaryResource {
  /** In base64, as the header is. */
  readonly data: string;
  readonly udh: string;
  readonly data_coding: number;
  readonly protocol_id: number;
}

/** Why a message did not arrive. */
export interface ErrorResource {
  readonly code: string;
  readonly title: string;
  readonly permanent: boolean;
  readonly smpp_status?: string | undefined;
  readonly receipt_error?: string | undefined;
  readonly network_error?: { readonly type: string; readonly code: number } | undefined;
}

/** A message of an application. Times are RFC 3339 in UTC. */
export interface MessageResource {
  readonly id: string;
  readonly object: 'message';
  readonly direction: 'outbound';
  readonly from: string;
  readonly to: string;
  readonly text: string | null;
  readonly binary: BinaryResource | null;
  readonly flash: boolean;
  readonly encoding: Encoding;
  readonly segments: number;
  readonly segments_delivered: number;
  readonly status: MessageStatus;
  readonly final: boolean;
  readonly priority: 'high' | 'normal' | 'bulk';
  readonly delivery_report: DeliveryReport;
  readonly client_reference: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly batch_id: string | null;
  readonly created_at: string;
  readonly send_at: string | null;
  readonly expires_at: string;
  readonly sent_at: string | null;
  readonly completed_at: string | null;
  readonly error: ErrorResource | null;
}

/** An SMS from a mobile. */
export interface InboundMessageResource {
  readonly id: string;
  readonly object: 'message';
  readonly direction: 'inbound';
  /** In E.164 where it is such a number. */
  readonly from: string;
  /** As the carrier gave it. */
  readonly to: string;
  readonly text: string | null;
  readonly binary: BinaryResource | null;
  readonly encoding: Encoding;
  readonly segments: number;
  /** Parts that never came; the text lacks them. */
  readonly segments_missing: number;
  readonly status: 'received';
  readonly final: true;
  readonly connector: string;
  readonly received_at: string;
}

/** What is known of a message beyond its acceptance. */
export interface KnownOfMessage {
  readonly status: MessageStatus;
  readonly segments: number;
  readonly segmentsDelivered: number;
  readonly encoding?: Encoding;
  readonly sentAtMs?: number;
  readonly completedAtMs?: number;
  readonly error?: Omit<ReportError, 'code'> & { readonly code: string };
}

const priorities: Readonly<Record<Lane, MessageResource['priority']>> = {
  priority: 'high',
  normal: 'normal',
  bulk: 'bulk',
};

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : iso(ms));
const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString('base64');

/**
 * @param known what became known since the acceptance; nothing when left out
 */
export function messageResource(message: Message, known?: KnownOfMessage): MessageResource {
  const { body } = message;
  const isText = body.kind === 'text';
  return {
    id: message.id,
    object: 'message',
    direction: 'outbound',
    encoding: message.encoding,
    from: displayAddress(message.from),
    to: displayAddress(message.to),
    text: isText ? body.text : null,
    binary: isText ? null : toBinary(body),
    flash: isText && body.flash,
    priority: priorities[message.lane],
    delivery_report: message.deliveryReport,
    client_reference: message.clientReference ?? null,
    metadata: message.metadata,
    batch_id: message.batchId ?? null,
    created_at: iso(message.acceptedAtMs),
    send_at: isoOrNull(message.sendAtMs),
    expires_at: iso(message.expiresAtMs),
    ...progressOf(known ?? accepted(message)),
  };
}

function accepted({ segments }: Message): KnownOfMessage {
  return { status: 'accepted', segments, segmentsDelivered: 0 };
}

function progressOf(known: KnownOfMessage) {
  const { status, segments, segmentsDelivered, encoding, error } = known;
  return {
    ...(encoding === undefined ? {} : { encoding }),
    ...{ segments, segments_delivered: segmentsDelivered, status, final: isFinal(status) },
    sent_at: isoOrNull(known.sentAtMs),
    completed_at: isoOrNull(known.completedAtMs),
    error: error === undefined ? null : toError(error),
  };
}

function toBinary(body: Extract<Message['body'], { kind: 'binary' }>): BinaryResource {
  return {
    data: base64(body.data),
    udh: base64(body.udh),
    data_coding: body.dataCoding,
    protocol_id: body.protocolId,
  };
}

/** An SMS from a mobile as applications see it. */
export function inboundMessageResource(message: ReceivedMessage): InboundMessageResource {
  const { id, body, encoding, connector, segments, segmentsMissing, udh } = message;
  return {
    ...{ id, object: 'message', direction: 'inbound' },
    from: displayAddress(message.from),
    to: message.to.value,
    text: body.kind === 'text' ? body.text : null,
    binary:
      body.kind === 'text'
        ? null
        : {
            data: base64(body.octets),
            udh: base64(udh),
            data_coding: message.dataCoding,
            protocol_id: message.protocolId,
          },
    ...{ encoding, segments, segments_missing: segmentsMissing },
    ...{ status: 'received', final: true, connector },
    received_at: iso(message.receivedAtMs),
  };
}

/** command_status as applications read it. */
export const smppStatusText = (status: number): string =>
  `0x${status.toString(16).toUpperCase().padStart(8, '0')}`;

/** network_error_code's first octet (SMPP 5.0, 4.8.4.42). */
const networkTypes: readonly string[] = ['', 'ansi-136', 'is-95', 'gsm'];

function toError(error: NonNullable<KnownOfMessage['error']>): ErrorResource {
  const { code, smppStatus, receiptError, networkError } = error;
  const known = isRejectionCode(code) ? rejections[code] : undefined;
  return {
    code,
    title: known?.title ?? code,
    permanent: !(known?.isRetryable ?? false),
    ...(smppStatus === undefined ? {} : { smpp_status: smppStatusText(smppStatus) }),
    ...(receiptError === undefined ? {} : { receipt_error: receiptError }),
    ...(networkError === undefined
      ? {}
      : {
          network_error: {
            type: networkTypes[networkError.type] ?? String(networkError.type),
            code: networkError.code,
          },
        }),
  };
}
