// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import {
  isReceipt,
  readReceipt,
  toOpaqueTlvs,
  type ReceiptDetection,
  type ReceiptPdu,
} from '@sendium/smpp-pdu';
import { receiptStates, type ReceiptReceived, type ReceiptState } from './events.ts';
import type { InboundMessage } from './items.ts';

/** What a carrier sends us, whichever side has bound. */
export type CarrierPdu = ReceiptPdu;

/** What a PDU of a carrier turned out to be. */
export type FromCarrier =
  | { readonly kind: 'receipt'; readonly receipt: ReceiptReceived }
  | { readonly kind: 'message'; readonly message: InboundMessage };

/** How a carrier is read. */
export interface CarrierReading {
  /** The connector, or the carrier that binds to us. */
  readonly connector: string;
  readonly detection: ReceiptDetection;
  /** When it came, milliseconds since 1970. */
  readonly atMs: number;
  /** Makes the id of an SMS. */
  readonly newId: (atMs: number) => string;
}

/** Tells receipts from SMS of mobiles, and reads either. Total: there is no PDU that is neither. */
export function readFromCarrier(pdu: CarrierPdu, reading: CarrierReading): FromCarrier {
  return isReceipt(pdu, reading.detection)
    ? { kind: 'receipt', receipt: toReceipt(pdu, reading) }
    : { kind: 'message', message: toInbound(pdu, reading) };
}

function toReceipt(pdu: CarrierPdu, { connector, detection, atMs }: CarrierReading) {
  const { state, text, networkError, isIntermediate } = readReceipt(pdu, detection);
  const ids = [pdu.tlvs.receiptedMessageId, text.id].filter(
    (id): id is string => id !== undefined && id !== '',
  );
  return {
    kind: 'receipt',
    atMs,
    connector,
    carrierMessageIds: [...new Set(ids)],
    // A carrier that is told numbers with a plus writes them so.
    recipient: pdu.sourceAddr.replace(/^\+/, ''),
    state: stateOf(state, isIntermediate),
    stat: text.stat ?? '',
    error: text.err ?? '',
    ...(networkError === undefined ? {} : { networkError }),
    doneDate: text.doneDate ?? '',
  } satisfies ReceiptReceived;
}

/** An intermediate notification is no end, whatever state it names. */
function stateOf(name: string | undefined, isIntermediate: boolean): ReceiptState {
  const state = receiptStates.find((known) => known === name?.toLowerCase());
  if (!isIntermediate || state === 'accepted' || state === 'scheduled') return state ?? 'unknown';
  return 'enroute';
}

function toInbound(pdu: CarrierPdu, { connector, atMs, newId }: CarrierReading): InboundMessage {
  const hasText = pdu.command !== 'data_sm' && pdu.shortMessage.length > 0;
  const { messagePayload = Buffer.alloc(0), ...tlvs } = pdu.tlvs;
  return {
    id: newId(atMs),
    connector,
    from: { ton: pdu.sourceAddrTon, npi: pdu.sourceAddrNpi, value: pdu.sourceAddr },
    to: { ton: pdu.destAddrTon, npi: pdu.destAddrNpi, value: pdu.destinationAddr },
    dataCoding: pdu.dataCoding,
    esmClass: pdu.esmClass,
    protocolId: pdu.command === 'data_sm' ? 0 : pdu.protocolId,
    octets: hasText ? pdu.shortMessage : messagePayload,
    tlvs: toOpaqueTlvs(tlvs),
    receivedAtMs: atMs,
    mayBeResent: false,
  };
}
