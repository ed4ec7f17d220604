// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Address } from '@sendium/message';
import type { Destination, PduOf, Tlvs } from '@sendium/smpp-pdu';
import { formatRelativeTime } from '@sendium/smpp-pdu';

/** What submit_sm, submit_multi and data_sm have in common, as the client gave it. */
export interface Submission {
  readonly serviceType: string;
  readonly source: Address;
  readonly esmClass: number;
  readonly protocolId: number;
  readonly priorityFlag: number;
  readonly scheduleDeliveryTime: string;
  readonly validityPeriod: string;
  readonly registeredDelivery: number;
  readonly replaceIfPresentFlag: number;
  readonly dataCoding: number;
  readonly smDefaultMsgId: number;
  readonly shortMessage: Buffer;
  /** data_sm has nothing but its payload. */
  readonly needsPayload: boolean;
  readonly tlvs: Tlvs;
}

type Source = Pick<PduOf<'submit_sm'>, 'sourceAddrTon' | 'sourceAddrNpi' | 'sourceAddr'>;
type Target = Pick<PduOf<'submit_sm'>, 'destAddrTon' | 'destAddrNpi' | 'destinationAddr'>;

const nothing = Buffer.alloc(0);

/** The sender of a PDU. */
export function sourceOf({ sourceAddrTon, sourceAddrNpi, sourceAddr }: Source): Address {
  return { ton: sourceAddrTon, npi: sourceAddrNpi, value: sourceAddr };
}

/** The recipient of a PDU. */
export function destinationOf({ destAddrTon, destAddrNpi, destinationAddr }: Target): Address {
  return { ton: destAddrTon, npi: destAddrNpi, value: destinationAddr };
}

/** The addresses of submit_multi; undefined where it names a distribution list. */
export function destinationsOf(
  destinations: readonly Destination[],
): readonly Address[] | undefined {
  const addresses = destinations.flatMap((one) =>
    one.kind === 'address' ? [destinationOf(one)] : [],
  );
  return addresses.length === destinations.length ? addresses : undefined;
}

/** What submit_sm or submit_multi asks for. */
export function fromSubmit(pdu: PduOf<'submit_sm' | 'submit_multi'>): Submission {
  return { ...pdu, source: sourceOf(pdu), needsPayload: false };
}

/** What data_sm asks for (SMPP 3.4, 4.7.1). */
export function fromData(pdu: PduOf<'data_sm'>): Submission {
  const { qosTimeToLive } = pdu.tlvs;
  const validity = qosTimeToLive === undefined ? '' : relative(qosTimeToLive);
  return {
    ...pdu,
    source: sourceOf(pdu),
    protocolId: 0,
    priorityFlag: 0,
    scheduleDeliveryTime: '',
    validityPeriod: validity,
    replaceIfPresentFlag: 0,
    smDefaultMsgId: 0,
    shortMessage: nothing,
    needsPayload: true,
  };
}

const maxRelativeSeconds = 30 * 86_400;

/** qos_time_to_live as a validity_period; what is longer than a month is cut there. */
function relative(seconds: number): string {
  return formatRelativeTime(Math.min(seconds, maxRelativeSeconds) * 1000) ?? '';
}
