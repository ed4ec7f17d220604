// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/*
 * One connection of the `smpp` package's engine, with guards for what that package does on bad input
 * (unhandled 'error' events, deaf sessions, cut PDUs taken for whole ones, answers that never come).
 */
import smpp from 'smpp';
import type { GuardedRead } from './guarded-read.ts';
import { guardRead } from './guarded-read.ts';
import type { BindMode, BoundPeer, Brain, Link } from './link.ts';
import { status } from './status.ts';
import { readSubmitSm } from './submit-sm.ts';
import type { Delivery, Tlv } from './submission.ts';

const systemId = 'sendium-sim';
const modes: Readonly<Record<string, BindMode>> = {
  bind_receiver: 'receiver',
  bind_transmitter: 'transmitter',
  bind_transceiver: 'transceiver',
};
const nackOfBadLength = Buffer.from('00000010800000000000000200000000', 'hex');
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

export class PackageLink implements Link {
  readonly remote: string;
  readonly #session: smpp.Session;
  readonly #brain: Brain;
  readonly #read: GuardedRead;
  readonly #requests = new Map<number, smpp.Pdu>();
  #peer: BoundPeer | undefined;
  #isDead = false;

  constructor(session: smpp.Session, brain: Brain) {
    const { socket } = session;
    this.#session = session;
    this.#brain = brain;
    this.remote = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
    this.#read = guardRead(socket, () => this.#corrupt());
  }

  start(): void {
    this.#session.on('pdu', (pdu: smpp.Pdu) => this.#take(pdu));
    // The session is deaf from here on, and without a listener the process would end.
    this.#session.on('error', () => {
      this.#brain.protocolError();
      this.destroy();
    });
    this.#session.on('close', () => {
      this.#isDead = true;
      this.#peer?.close();
    });
  }

  answerSubmit(sequence: number, answer: number, messageId: string): void {
    const request = this.#requests.get(sequence);
    this.#requests.delete(sequence);
    if (request !== undefined)
      this.#send(request.response({ command_status: answer, message_id: messageId }));
  }

  deliver(delivery: Delivery, onAnswer: (status: number) => void): void {
    if (this.#isDead) return;
    const { source, destination, receiptedMessageId, messageState } = delivery;
    this.#session.deliver_sm(
      {
        source_addr_ton: source.ton,
        source_addr_npi: source.npi,
        source_addr: source.address,
        dest_addr_ton: destination.ton,
        dest_addr_npi: destination.npi,
        destination_addr: destination.address,
        esm_class: delivery.esmClass,
        data_coding: delivery.dataCoding,
        protocol_id: delivery.protocolId ?? 0,
        short_message: delivery.isPayload === true ? noOctets : delivery.octets,
        ...(delivery.isPayload === true ? { message_payload: delivery.octets } : {}),
        ...toFields(delivery.tlvs ?? []),
        ...(receiptedMessageId === undefined ? {} : { receipted_message_id: receiptedMessageId }),
        ...(messageState === undefined ? {} : { message_state: messageState }),
      },
      (answer) => onAnswer(toStatus(answer)),
    );
  }

  silence(): void {
    this.#isDead = true;
    this.#session.socket.removeAllListeners('readable');
  }

  destroy(): void {
    this.#isDead = true;
    this.#session.socket.destroy();
  }

  #send(pdu: smpp.Pdu): void {
    if (!this.#isDead) this.#session.send(pdu);
  }

  #take(pdu: smpp.Pdu): void {
    if (this.#isDead || pdu.isResponse()) return;
    if (pdu.command === 'submit_sm') this.#submit(pdu);
    else if (modes[pdu.command] !== undefined) this.#bind(pdu);
    else this.#other(pdu);
  }

  #submit(pdu: smpp.Pdu): void {
    const refuse = (answer: number) => this.#send(pdu.response({ command_status: answer }));
    const peer = this.#peer;
    if (peer === undefined || peer.mode === 'receiver') {
      refuse(status.invalidBindStatus);
      return;
    }
    const body = this.#read.body();
    const read = readSubmitSm(body, 0, body.length, pdu.sequence_number);
    if (read === undefined) {
      this.#brain.protocolError();
      refuse(status.invalidMessageLength);
      return;
    }
    this.#requests.set(pdu.sequence_number, pdu);
    // The octets and TLVs as they came; every other field as the package understood it.
    peer.submit({
      sequence: pdu.sequence_number,
      serviceType: text(pdu['service_type']),
      source: address(pdu, 'source_addr'),
      destination: address(pdu, 'destination_addr'),
      esmClass: number(pdu['esm_class']),
      protocolId: number(pdu['protocol_id']),
      priority: number(pdu['priority_flag']),
      scheduleTime: read.scheduleTime,
      validityPeriod: read.validityPeriod,
      registeredDelivery: number(pdu['registered_delivery']),
      replaceIfPresent: number(pdu['replace_if_present_flag']),
      dataCoding: number(pdu['data_coding']),
      octets: read.octets,
      tlvs: read.tlvs,
    });
  }

  #bind(pdu: smpp.Pdu): void {
    const answer = (fields: Record<string, unknown>) => () => this.#send(pdu.response(fields));
    const refuse = (code: number) => this.#brain.whenAnswering(answer({ command_status: code }));
    const name = text(pdu['system_id']);
    if (this.#peer !== undefined) {
      refuse(status.alreadyBound);
      return;
    }
    if (name.length > 15) {
      refuse(status.invalidSystemId);
      return;
    }
    const version = number(pdu['interface_version']);
    const { status: code, bind } = this.#brain.open(this, {
      systemId: name,
      password: text(pdu['password']),
      mode: modes[pdu.command] ?? 'transceiver',
      interfaceVersion: version,
    });
    if (bind === undefined) {
      refuse(code);
      return;
    }
    this.#peer = bind;
    this.#session.socket.setTimeout(this.#brain.inactivityMs, () => this.destroy());
    const welcome = answer({
      system_id: systemId,
      ...(version >= 0x34 ? { sc_interface_version: 0x34 } : {}),
    });
    this.#brain.whenAnswering(() => {
      welcome();
      bind.begin();
    });
  }

  #other(pdu: smpp.Pdu): void {
    if (pdu.command === 'enquire_link') {
      this.#brain.whenAnswering(() => this.#send(pdu.response()));
      return;
    }
    if (pdu.command === 'unbind') {
      this.#brain.whenAnswering(() => {
        this.#send(pdu.response());
        this.#session.socket.end();
      });
      return;
    }
    this.#brain.protocolError();
    if (pdu.command === 'unknown' || `${pdu.command}_resp` in smpp.commands)
      this.#send(pdu.response({ command_status: status.invalidCommandId }));
  }

  #corrupt(): void {
    this.#brain.protocolError();
    this.#isDead = true;
    this.#session.socket.end(nackOfBadLength);
    this.#session.socket.destroySoon();
  }
}

const noOctets = Buffer.alloc(0);
const toldTags = new Set<number>();

/** The package writes only TLVs that it was told of, each by a name. */
function toFields(tlvs: readonly Tlv[]): Record<string, Buffer> {
  return Object.fromEntries(
    tlvs.map(({ tag, value }) => {
      const name = `octets_of_${tag}`;
      if (!toldTags.has(tag)) smpp.addTLV(name, { id: tag, type: smpp.types.tlv.buffer });
      toldTags.add(tag);
      return [name, value];
    }),
  );
}

function address(pdu: smpp.Pdu, field: 'source_addr' | 'destination_addr') {
  const prefix = field === 'source_addr' ? 'source_addr' : 'dest_addr';
  return {
    ton: number(pdu[`${prefix}_ton`]),
    npi: number(pdu[`${prefix}_npi`]),
    address: text(pdu[field]),
  };
}

function toStatus(answer: smpp.Pdu): number {
  const isOk = answer.command === 'deliver_sm_resp' || answer.command_status !== 0;
  return isOk ? answer.command_status : status.unknownError;
}
