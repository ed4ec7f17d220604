// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** An SMPP address: type of number, numbering plan, digits or letters. */
export interface Address {
  readonly ton: number;
  readonly npi: number;
  readonly address: string;
}

/** An optional parameter as it came. */
export interface Tlv {
  readonly tag: number;
  readonly value: Buffer;
}

/** One submit_sm as an engine read it (SMPP 3.4, 4.4.1). */
export interface Submission {
  readonly sequence: number;
  readonly serviceType: string;
  readonly source: Address;
  readonly destination: Address;
  readonly esmClass: number;
  readonly protocolId: number;
  readonly priority: number;
  readonly scheduleTime: string;
  readonly validityPeriod: string;
  readonly registeredDelivery: number;
  readonly replaceIfPresent: number;
  readonly dataCoding: number;
  /** short_message, or message_payload where that is empty; with its UDH. */
  readonly octets: Buffer;
  readonly tlvs: readonly Tlv[];
}

/** One deliver_sm as the carrier wants it sent (SMPP 3.4, 4.6.1). */
export interface Delivery {
  readonly source: Address;
  readonly destination: Address;
  readonly esmClass: number;
  readonly dataCoding: number;
  readonly octets: Buffer;
  readonly receiptedMessageId?: string;
  readonly messageState?: number;
  readonly protocolId?: number;
  /** Beside those above. */
  readonly tlvs?: readonly Tlv[];
  /** The octets stand in message_payload. */
  readonly isPayload?: boolean;
}

/** Which part of a longer message a submission is. */
export interface Concatenation {
  readonly reference: number;
  readonly total: number;
  readonly number: number;
}

const udhi = 0x40;
export const tags = {
  receiptedMessageId: 0x001e,
  sarReference: 0x020c,
  sarTotal: 0x020e,
  sarNumber: 0x020f,
  scInterfaceVersion: 0x0210,
  messagePayload: 0x0424,
  messageState: 0x0427,
} as const;

/** Octets of the user data header, its length octet included; 0 without one. */
export function udhLength(submission: Submission): number {
  if ((submission.esmClass & udhi) === 0) return 0;
  return Math.min(submission.octets.length, (submission.octets[0] ?? -1) + 1);
}

function fromUdh(octets: Buffer, end: number): Concatenation | undefined {
  for (let at = 1; at + 1 < end; at += 2 + (octets[at + 1] ?? 0)) {
    const kind = octets[at];
    const data = octets.subarray(at + 2, Math.min(end, at + 2 + (octets[at + 1] ?? 0)));
    if (kind === 0x00 && data.length === 3)
      return { reference: data.readUInt8(0), total: data.readUInt8(1), number: data.readUInt8(2) };
    if (kind === 0x08 && data.length === 4)
      return {
        reference: 0x1_0000 + data.readUInt16BE(0),
        total: data.readUInt8(2),
        number: data.readUInt8(3),
      };
  }
  return undefined;
}

/** The concatenation by UDH (8 or 16 bit) or by the three sar_* TLVs; undefined for a whole message. */
export function concatenationOf(submission: Submission): Concatenation | undefined {
  const end = udhLength(submission);
  if (end > 0) return fromUdh(submission.octets, end);
  if (submission.tlvs.length < 3) return undefined;
  const value = (tag: number) => submission.tlvs.find((tlv) => tlv.tag === tag)?.value;
  const reference = value(tags.sarReference);
  const total = value(tags.sarTotal);
  const number = value(tags.sarNumber);
  if (reference?.length !== 2 || total?.length !== 1 || number?.length !== 1) return undefined;
  return {
    reference: 0x2_0000 + reference.readUInt16BE(0),
    total: total.readUInt8(0),
    number: number.readUInt8(0),
  };
}
