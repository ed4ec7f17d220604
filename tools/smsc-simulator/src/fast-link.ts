// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/*
 * One connection of the fast engine. Its costs are what matters here:
 * - answers to all requests of one network read leave in one write: they are put into one block that
 *   is flushed when the current turn of the event loop ends;
 * - nothing is allocated per octet, and only views are made of what was read.
 */
import type { Socket } from 'node:net';
import type { BindMode, BoundPeer, Brain, Link } from './link.ts';
import { status } from './status.ts';
import { readSubmitSm } from './submit-sm.ts';
import type { Delivery, Tlv } from './submission.ts';
import { tags } from './submission.ts';

const command = {
  bindReceiver: 0x01,
  bindTransmitter: 0x02,
  submitSm: 0x04,
  deliverSm: 0x05,
  unbind: 0x06,
  bindTransceiver: 0x09,
  enquireLink: 0x15,
} as const;
const response = 0x8000_0000;
const genericNack = 0x8000_0000;
const headOctets = 16;
const maxPduOctets = 16_384;
const blockOctets = 65_536;
const systemId = 'sendium-sim';
const modes: Readonly<Record<number, BindMode>> = {
  [command.bindReceiver]: 'receiver',
  [command.bindTransmitter]: 'transmitter',
  [command.bindTransceiver]: 'transceiver',
};

export class FastLink implements Link {
  readonly remote: string;
  readonly #socket: Socket;
  readonly #brain: Brain;
  readonly #answers = new Map<number, (status: number) => void>();
  #peer: BoundPeer | undefined;
  #rest: Buffer = Buffer.alloc(0);
  #block: Buffer = Buffer.allocUnsafe(blockOctets);
  #start = 0;
  #end = 0;
  #sequence = 0;
  #isDead = false;

  constructor(socket: Socket, brain: Brain) {
    this.#socket = socket;
    this.#brain = brain;
    this.remote = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`;
  }

  start(): void {
    this.#socket.on('data', (octets) => this.#read(octets));
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('close', () => {
      this.#isDead = true;
      this.#peer?.close();
    });
  }

  answerSubmit(sequence: number, answer: number, messageId: string): void {
    const isOk = answer === status.ok;
    const length = headOctets + (isOk ? messageId.length + 1 : 0);
    const at = this.#head(length, response + command.submitSm, answer, sequence);
    if (at < 0 || !isOk) return;
    this.#block.write(messageId, at, 'latin1');
    this.#block[at + messageId.length] = 0;
  }

  deliver(delivery: Delivery, onAnswer: (status: number) => void): void {
    if (this.#isDead) return;
    const body = toDeliverBody(delivery);
    this.#sequence = this.#sequence === 0x7fff_ffff ? 1 : this.#sequence + 1;
    this.#answers.set(this.#sequence, onAnswer);
    const at = this.#head(headOctets + body.length, command.deliverSm, 0, this.#sequence);
    body.copy(this.#block, at);
  }

  silence(): void {
    this.#isDead = true;
    this.#socket.pause();
  }

  destroy(): void {
    this.#isDead = true;
    this.#socket.destroy();
  }

  /** Makes room for a PDU and writes its header; gives where its body goes, -1 on a dead link. */
  #head(length: number, commandId: number, answer: number, sequence: number): number {
    if (this.#isDead) return -1;
    if (this.#end === this.#start) queueMicrotask(() => this.#flush());
    if (this.#end + length > blockOctets) {
      this.#flush();
      this.#block = Buffer.allocUnsafe(blockOctets);
      this.#start = this.#end = 0;
      queueMicrotask(() => this.#flush());
    }
    const block = this.#block;
    const at = this.#end;
    block.writeUInt32BE(length, at);
    block.writeUInt32BE(commandId, at + 4);
    block.writeUInt32BE(answer, at + 8);
    block.writeUInt32BE(sequence, at + 12);
    this.#end += length;
    return at + headOctets;
  }

  #flush(): void {
    if (this.#end === this.#start) return;
    const octets = this.#block.subarray(this.#start, this.#end);
    // The kernel may take them later: what was handed over is never written to again.
    this.#start = this.#end;
    if (!this.#isDead) this.#socket.write(octets);
  }

  #read(chunk: Buffer): void {
    const octets = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (octets.length - at >= headOctets && !this.#isDead) {
      const length = octets.readUInt32BE(at);
      if (length < headOctets || length > maxPduOctets) {
        this.#corrupt();
        return;
      }
      if (octets.length - at < length) break;
      this.#take(octets, at, at + length);
      at += length;
    }
    this.#rest = at === octets.length ? noOctets : octets.subarray(at);
  }

  #take(octets: Buffer, at: number, end: number): void {
    const commandId = octets.readUInt32BE(at + 4);
    const sequence = octets.readUInt32BE(at + 12);
    if (commandId === command.submitSm) this.#submit(octets, at + headOctets, end, sequence);
    else if (commandId >= response)
      this.#answered(commandId, octets.readUInt32BE(at + 8), sequence);
    else if (commandId === command.enquireLink) this.#bare(commandId, status.ok, sequence);
    else if (commandId === command.unbind) this.#unbind(sequence);
    else if (modes[commandId] !== undefined)
      this.#bind(commandId, octets.toString('latin1', at + headOctets, end), sequence);
    else {
      this.#brain.protocolError();
      this.#head(headOctets, genericNack, status.invalidCommandId, sequence);
    }
  }

  #submit(octets: Buffer, at: number, end: number, sequence: number): void {
    const peer = this.#peer;
    if (peer === undefined || peer.mode === 'receiver') {
      this.answerSubmit(sequence, status.invalidBindStatus, '');
      return;
    }
    const submission = readSubmitSm(octets, at, end, sequence);
    if (submission !== undefined) {
      peer.submit(submission);
      return;
    }
    this.#brain.protocolError();
    this.answerSubmit(sequence, status.invalidMessageLength, '');
  }

  #answered(commandId: number, answer: number, sequence: number): void {
    if (commandId !== response + command.deliverSm && commandId !== genericNack) return;
    const onAnswer = this.#answers.get(sequence);
    this.#answers.delete(sequence);
    onAnswer?.(commandId === genericNack && answer === 0 ? status.unknownError : answer);
  }

  #bind(commandId: number, body: string, sequence: number): void {
    const [name = '', password = '', systemType = ''] = body.split('\0', 3);
    const version = body.charCodeAt(name.length + password.length + systemType.length + 3) || 0;
    const mode = modes[commandId] ?? 'transceiver';
    if (this.#peer !== undefined) {
      this.#refuse(commandId, status.alreadyBound, sequence);
      return;
    }
    const request = { systemId: name, password, mode, interfaceVersion: version };
    const { status: answer, bind } = this.#brain.open(this, request);
    if (bind === undefined) {
      this.#refuse(commandId, answer, sequence);
      return;
    }
    this.#peer = bind;
    this.#socket.setTimeout(this.#brain.inactivityMs, () => this.destroy());
    this.#brain.whenAnswering(() => {
      this.#welcome(commandId, sequence, version);
      bind.begin();
    });
  }

  #welcome(commandId: number, sequence: number, version: number): void {
    // A peer of version 3.3 must not be sent TLVs (SMPP 3.4, 3.4.1.2).
    const tlvOctets = version >= 0x34 ? 5 : 0;
    const length = headOctets + systemId.length + 1 + tlvOctets;
    const at = this.#head(length, response + commandId, status.ok, sequence);
    if (at < 0) return;
    const end = at + this.#block.write(`${systemId}\0`, at, 'latin1');
    if (tlvOctets === 0) return;
    this.#block.writeUInt16BE(tags.scInterfaceVersion, end);
    this.#block.writeUInt16BE(1, end + 2);
    this.#block[end + 4] = 0x34;
  }

  #refuse(commandId: number, answer: number, sequence: number): void {
    this.#bare(commandId, answer, sequence);
  }

  #bare(commandId: number, answer: number, sequence: number): void {
    this.#brain.whenAnswering(() => this.#head(headOctets, response + commandId, answer, sequence));
  }

  #unbind(sequence: number): void {
    this.#brain.whenAnswering(() => {
      this.#head(headOctets, response + command.unbind, status.ok, sequence);
      this.#flush();
      this.#socket.end();
    });
  }

  #corrupt(): void {
    this.#brain.protocolError();
    this.#head(headOctets, genericNack, status.invalidCommandLength, 0);
    this.#flush();
    this.#isDead = true;
    this.#socket.destroySoon();
  }
}

const noOctets = Buffer.alloc(0);

function toDeliverBody(delivery: Delivery): Buffer {
  const { source, destination, receiptedMessageId: id, messageState, isPayload } = delivery;
  const octets = isPayload === true ? noOctets : delivery.octets;
  const fields = Buffer.from(
    `\0${String.fromCharCode(source.ton, source.npi)}${source.address}\0` +
      `${String.fromCharCode(destination.ton, destination.npi)}${destination.address}\0` +
      `${String.fromCharCode(delivery.esmClass, delivery.protocolId ?? 0)}\0\0\0\0\0` +
      String.fromCharCode(delivery.dataCoding, 0, octets.length),
    'latin1',
  );
  const tlvs =
    id === undefined
      ? ''
      : `\0\x1e\0${String.fromCharCode(id.length + 1)}${id}\0` +
        `\x04\x27\0\x01${String.fromCharCode(messageState ?? 0)}`;
  const more = [...(delivery.tlvs ?? [])];
  if (isPayload === true) more.push({ tag: tags.messagePayload, value: delivery.octets });
  return Buffer.concat([fields, octets, Buffer.from(tlvs, 'latin1'), ...more.map(toTlvOctets)]);
}

function toTlvOctets({ tag, value }: Tlv): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(tag, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}
