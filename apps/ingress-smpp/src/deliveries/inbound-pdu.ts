// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { AccountSmpp, InboundSource } from '@sendium/configuration';
import type { InboundMessage } from '@sendium/contracts';
import type { OutgoingRequest } from '@sendium/smpp-link';
import { esmClass as bits } from '@sendium/smpp-pdu';
import { charsetOf, planBinarySegments, type Segment } from '@sendium/text';
import { adaptText } from './adapt-text.ts';

/** What an application and a carrier mean by data_coding 0, and how the carrier writes UCS-2. */
export interface Alphabets {
  readonly carrier: Pick<InboundSource, 'defaultAlphabet' | 'ucs2ByteOrder'>;
  readonly application: AccountSmpp['defaultAlphabet'];
}

const maxShortMessage = 254;

/**
 * The deliver_sm of an SMS from a mobile, or of a part of one: as the carrier gave it, but that its type
 * is that of a message, and its text in the application's alphabet where the carrier's is another. The
 * session keeps the TLVs from clients that know none.
 */
export function inboundPdu(
  part: InboundMessage,
  alphabets: Alphabets,
): OutgoingRequest<'deliver_sm'> {
  const { from, to, esmClass, protocolId, tlvs } = part;
  const { octets, dataCoding } = adaptText(part, alphabets);
  const data = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  const isShort = data.length <= maxShortMessage;
  return {
    command: 'deliver_sm',
    ...{ sourceAddrTon: from.ton, sourceAddrNpi: from.npi, sourceAddr: from.value },
    ...{ destAddrTon: to.ton, destAddrNpi: to.npi, destinationAddr: to.value },
    esmClass: esmClass & ~bits.typeMask,
    ...{ protocolId, dataCoding },
    ...(isShort ? { shortMessage: data } : {}),
    tlvs: {
      ...(isShort ? {} : { messagePayload: data }),
      other: tlvs.map(({ tag, value }) => ({ tag, value: Buffer.from(value) })),
    },
  };
}

/**
 * As `inboundPdu`, for clients that know no TLVs too: what only message_payload could hold is cut into
 * parts with a header. Their reference is of the SMS, the same whenever it is given again.
 */
export function inboundPdus(
  part: InboundMessage,
  alphabets: Alphabets,
  knowsTlvs: boolean,
): readonly OutgoingRequest<'deliver_sm'>[] {
  const whole = inboundPdu(part, alphabets);
  const data = whole.tlvs?.messagePayload;
  const hasHeader = (part.esmClass & bits.userDataHeader) !== 0;
  if (knowsTlvs || data === undefined || hasHeader) return [whole];
  const plan = planBinarySegments(
    { data, udh: Buffer.alloc(0), ...codingOf(whole.dataCoding, alphabets) },
    { longMessage: 'udh8', reference: parseInt(part.id.slice(-2), 16) },
  );
  if (plan.kind !== 'planned') return [whole];
  return plan.segments.map((segment) => partOf(whole, segment));
}

/** Under data_coding 0 an octet is a septet on the air only where that means GSM-7. */
function codingOf(dataCoding = 0, { application }: Alphabets): { readonly dataCoding?: number } {
  return charsetOf(dataCoding, application) === 'gsm7' ? { dataCoding } : {};
}

function partOf(
  whole: OutgoingRequest<'deliver_sm'>,
  { octets, carriage }: Segment,
): OutgoingRequest<'deliver_sm'> {
  const { esmClass = 0 } = whole;
  const header = carriage.kind === 'udh' ? carriage.udh : Buffer.alloc(0);
  return {
    ...whole,
    tlvs: {},
    esmClass: header.length === 0 ? esmClass : esmClass | bits.userDataHeader,
    shortMessage: Buffer.concat([header, octets]),
  };
}
