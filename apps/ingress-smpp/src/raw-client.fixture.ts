// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { connect, type Socket } from 'node:net';
import {
  decodePdu,
  encodePdu,
  PduFramer,
  type CommandName,
  type Pdu,
  type PduInput,
  type PduOf,
} from '@sendium/smpp-pdu';

/** A client driven by hand: sends what a test says, when it says so. */
export class RawClient {
  readonly socket: Socket;
  readonly received: Pdu[] = [];
  readonly closed: Promise<void>;
  readonly #framer = new PduFramer(70_000);
  readonly #waiting = new Set<() => void>();
  #taken = 0;
  #sequenceNumber = 1;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#wake());
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  /** Over a connection of the test's own, TLS perhaps. */
  static on(socket: Socket): RawClient {
    return new RawClient(socket);
  }

  static async connect(port: number, localAddress = '127.0.0.1'): Promise<RawClient> {
    const client = new RawClient(connect({ port, host: '127.0.0.1', localAddress, noDelay: true }));
    await new Promise<void>((resolve, reject) => {
      client.socket.once('connect', resolve).once('error', reject);
    });
    return client;
  }

  /** Sends one PDU with a sequence number of its own, which it gives back. */
  send(pdu: PduInput): number {
    const { sequenceNumber = this.#sequenceNumber++ } = pdu;
    this.socket.write(encodePdu({ ...pdu, sequenceNumber }));
    return sequenceNumber;
  }

  /** Sends a request and gives the answer to it, whatever comes between. */
  async ask(pdu: PduInput): Promise<Pdu> {
    const sequenceNumber = this.send(pdu);
    return this.until((one) => one.sequenceNumber === sequenceNumber && isAnswer(one));
  }

  /** Binds as account demo; gives the answer. */
  bind(over: BindFields = {}, mode: Mode = 'transceiver'): Promise<Pdu> {
    return this.ask({
      ...{ command: `bind_${mode}`, systemId: 'demo', password: 'secret', interfaceVersion: 0x34 },
      ...over,
    });
  }

  /** The next PDU not yet taken, which must be this one. */
  async next<C extends CommandName>(command: C): Promise<PduOf<C>> {
    const pdu = await this.until((_, index) => index >= this.#taken);
    this.#taken += 1;
    if (pdu.command !== command) throw new Error(`${pdu.command} in place of ${command}`);
    return pdu as PduOf<C>;
  }

  /** The first PDU of all received for which this holds. */
  async until(holds: (pdu: Pdu, index: number) => boolean): Promise<Pdu> {
    for (;;) {
      const pdu = this.received.find(holds);
      if (pdu !== undefined) return pdu;
      if (this.socket.closed) throw new Error('the connection is closed');
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #take(chunk: Buffer): void {
    this.#framer.push(chunk);
    for (let frame = this.#framer.next(); frame; frame = this.#framer.next()) {
      const decoded = decodePdu(frame);
      if (decoded.kind === 'malformed') throw new Error(decoded.reason);
      this.received.push(decoded.pdu);
    }
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

type Mode = 'transmitter' | 'receiver' | 'transceiver';
type BindFields = Partial<Omit<PduInput<'bind_transceiver'>, 'command'>>;

function isAnswer({ command }: Pdu): boolean {
  return command.endsWith('_resp') || command === 'generic_nack';
}
