// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Submission, Tlv } from './submission.ts';
import { concatenationOf, udhLength } from './submission.ts';
import { decodeText } from './text.ts';

/** A submission as the carrier remembers it. */
export interface Received {
  readonly submission: Submission;
  readonly atEpochMs: number;
  readonly bind: number;
  readonly systemId: string;
  /** The command_status it was given. */
  readonly status: number;
  /** Empty unless the status is 0. */
  readonly messageId: string;
}

/** A submission as GET /messages shows it. */
export interface ReceivedMessage {
  readonly number: number;
  readonly at: string;
  readonly bind: number;
  readonly system_id: string;
  readonly sequence_number: number;
  readonly service_type: string;
  readonly source: Submission['source'];
  readonly destination: Submission['destination'];
  readonly esm_class: number;
  readonly protocol_id: number;
  readonly priority_flag: number;
  readonly schedule_delivery_time: string;
  readonly validity_period: string;
  readonly registered_delivery: number;
  readonly replace_if_present_flag: number;
  readonly data_coding: number;
  /** The text without UDH, by data_coding. */
  readonly text: string;
  /** All octets of short_message or message_payload, in hexadecimal digits. */
  readonly octets: string;
  readonly udh: string;
  readonly part: {
    readonly reference: number;
    readonly total: number;
    readonly number: number;
  } | null;
  readonly tlvs: readonly { readonly tag: string; readonly value: string }[];
  readonly answer: { readonly command_status: number; readonly message_id: string };
}

const toTlv = ({ tag, value }: Tlv) => ({
  tag: `0x${tag.toString(16).padStart(4, '0')}`,
  value: value.toString('hex'),
});

/** Spells a remembered submission out; texts are decoded only here. */
export function toReceivedMessage(number: number, received: Received): ReceivedMessage {
  const { submission } = received;
  const udh = udhLength(submission);
  return {
    number,
    at: new Date(received.atEpochMs).toISOString(),
    bind: received.bind,
    system_id: received.systemId,
    sequence_number: submission.sequence,
    service_type: submission.serviceType,
    source: submission.source,
    destination: submission.destination,
    esm_class: submission.esmClass,
    protocol_id: submission.protocolId,
    priority_flag: submission.priority,
    schedule_delivery_time: submission.scheduleTime,
    validity_period: submission.validityPeriod,
    registered_delivery: submission.registeredDelivery,
    replace_if_present_flag: submission.replaceIfPresent,
    data_coding: submission.dataCoding,
    text: decodeText(submission.octets.subarray(udh), submission.dataCoding),
    octets: submission.octets.toString('hex'),
    udh: submission.octets.subarray(0, udh).toString('hex'),
    part: concatenationOf(submission) ?? null,
    tlvs: submission.tlvs.map(toTlv),
    answer: { command_status: received.status, message_id: received.messageId },
  };
}
