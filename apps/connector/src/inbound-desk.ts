// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { randomBytes } from 'node:crypto';
import type { Publisher } from '@sendium/bus';
import {
  eventChannel,
  inboundChannel,
  receiptStates,
  type Channel,
  type GatewayEvent,
  type InboundMessage,
  type ReceiptReceived,
  type ReceiptState,
} from '@sendium/contracts';
import { createMessageId, messageIdRandomBytes } from '@sendium/message';
import type { CarrierRequest } from '@sendium/smpp-link';
import { commandStatus, isReceipt, readReceipt, type Tlvs } from '@sendium/smpp-pdu';

/** Where what a carrier sends goes to. */
export interface InboundDeskOptions {
  readonly connector: string;
  readonly group: string;
  readonly producer: string;
  /** Gives up in less than the carrier waits for its answer. */
  readonly publisher: Publisher;
  readonly nowMs: () => number;
  /** What was made of a request; counted. */
  readonly onTaken: (kind: 'receipt' | 'message', status: number) => void;
}

/**
 * Takes receipts and messages of mobiles. The carrier is told ESME_ROK only once what it sent is durable,
 * else ESME_RX_T_APPN, upon which it keeps it and tries again.
 */
export class InboundDesk {
  readonly #options: InboundDeskOptions;
  readonly #receipts: Channel<GatewayEvent>;
  readonly #messages: Channel<InboundMessage>;

  constructor(options: InboundDeskOptions) {
    const { connector, group, producer } = options;
    this.#options = options;
    this.#receipts = eventChannel(group, 'receipt', producer);
    this.#messages = inboundChannel(connector, producer);
  }

  /** Resolves with the command_status to answer; never rejects. */
  async take(pdu: CarrierRequest): Promise<number> {
    const { publisher, onTaken, connector, nowMs } = this.#options;
    const isAboutOurs = isReceipt(pdu);
    const kind = isAboutOurs ? 'receipt' : 'message';
    try {
      if (isAboutOurs) await publisher.publish(this.#receipts, toReceipt(pdu, connector, nowMs()));
      else await publisher.publish(this.#messages, toInbound(pdu, connector, nowMs()));
    } catch {
      // Full, overloaded or away: the carrier keeps it, whichever it is.
      onTaken(kind, commandStatus.ESME_RX_T_APPN);
      return commandStatus.ESME_RX_T_APPN;
    }
    onTaken(kind, commandStatus.ESME_ROK);
    return commandStatus.ESME_ROK;
  }
}

function toReceipt(pdu: CarrierRequest, connector: string, atMs: number): ReceiptReceived {
  const { state, text, networkError, isIntermediate } = readReceipt(pdu);
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
  };
}

/** An intermediate notification is no end, whatever state it names. */
function stateOf(name: string | undefined, isIntermediate: boolean): ReceiptState {
  const state = receiptStates.find((known) => known === name?.toLowerCase());
  if (!isIntermediate || state === 'accepted' || state === 'scheduled') return state ?? 'unknown';
  return 'enroute';
}

function toInbound(pdu: CarrierRequest, connector: string, atMs: number): InboundMessage {
  const inline = pdu.command === 'deliver_sm' ? pdu.shortMessage : Buffer.alloc(0);
  return {
    id: createMessageId(atMs, randomBytes(messageIdRandomBytes)),
    connector,
    from: { ton: pdu.sourceAddrTon, npi: pdu.sourceAddrNpi, value: pdu.sourceAddr },
    to: { ton: pdu.destAddrTon, npi: pdu.destAddrNpi, value: pdu.destinationAddr },
    dataCoding: pdu.dataCoding,
    esmClass: pdu.esmClass,
    protocolId: pdu.command === 'deliver_sm' ? pdu.protocolId : 0,
    octets: inline.length > 0 ? inline : (pdu.tlvs.messagePayload ?? inline),
    tlvs: tlvsOf(pdu.tlvs),
    receivedAtMs: atMs,
    mayBeResent: false,
  };
}

/** What joins the parts of a long message, and what the carrier added of its own. */
function tlvsOf(tlvs: Tlvs): InboundMessage['tlvs'] {
  const { sarMsgRefNum, sarTotalSegments, sarSegmentSeqnum, other = [] } = tlvs;
  const joining = [
    { tag: 0x020c, value: sarMsgRefNum, octets: 2 },
    { tag: 0x020e, value: sarTotalSegments, octets: 1 },
    { tag: 0x020f, value: sarSegmentSeqnum, octets: 1 },
  ].flatMap(({ tag, value, octets }) => {
    if (value === undefined) return [];
    const written = Buffer.alloc(octets);
    written.writeUIntBE(value, 0, octets);
    return [{ tag, value: written }];
  });
  return [...joining, ...other];
}
