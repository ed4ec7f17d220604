// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { createServer, type Server, type Socket } from 'node:net';
import { decodePdu, encodePdu, PduFramer, type PduInput, type PduOf } from '@sendium/smpp-pdu';
import { freePort } from '@sendium/testkit';

type Submit = PduOf<'submit_sm'>;

/** One submit_sm, with the means to answer it. */
export interface Submitted {
  readonly pdu: Submit;
  /** Counts connections, from 0. */
  readonly connection: number;
  readonly answer: (over?: Partial<PduInput<'submit_sm_resp'>>) => void;
}

/** A carrier on a bare socket: binds whoever comes, and does with each submit_sm what the test says. */
export class RawCarrier implements AsyncDisposable {
  readonly submitted: Submitted[] = [];
  /** The binds that came, in order: command and connection. */
  readonly binds: string[] = [];
  /** How many enquire_link were answered. */
  probes = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #connections = 0;
  onSubmit: (submitted: Submitted) => void = ({ answer }) => {
    answer();
  };

  private constructor() {
    this.#server = createServer((socket) => {
      this.#serve(socket);
    });
  }

  static async start(): Promise<RawCarrier> {
    const carrier = new RawCarrier();
    // Nobody takes it while the carrier is away.
    carrier.#port = await freePort();
    await carrier.listen();
    return carrier;
  }

  get port(): number {
    return this.#port;
  }

  /** On the port it had before, if it had one. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
  }

  /** Takes no more connections, and resets those there are. */
  async goAway(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.resetAll();
    await closed;
  }

  /** TCP RST on every connection. */
  resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Texts as they came. */
  get texts(): readonly string[] {
    return this.submitted.map(({ pdu }) => pdu.shortMessage.toString('latin1'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.goAway();
  }

  #serve(socket: Socket): void {
    const connection = this.#connections;
    this.#connections += 1;
    this.#sockets.add(socket);
    const framer = new PduFramer(70_000);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      framer.push(chunk);
      for (let frame = framer.next(); frame !== undefined; frame = framer.next()) {
        this.#take(frame, socket, connection);
      }
    });
  }

  #take(frame: Buffer, socket: Socket, connection: number): void {
    const decoded = decodePdu(frame);
    if (decoded.kind !== 'pdu') throw new Error(decoded.reason);
    const { pdu } = decoded;
    const { sequenceNumber } = pdu;
    const send = (answer: PduInput): void => {
      if (socket.writable) socket.write(encodePdu(answer));
    };
    switch (pdu.command) {
      case 'bind_transceiver':
      case 'bind_transmitter':
      case 'bind_receiver':
        this.binds.push(`${pdu.command} ${connection}`);
        send({ command: `${pdu.command}_resp`, sequenceNumber, systemId: 'raw' });
        break;
      case 'enquire_link':
        this.probes += 1;
        send({ command: 'enquire_link_resp', sequenceNumber });
        break;
      case 'unbind':
        send({ command: 'unbind_resp', sequenceNumber });
        socket.end();
        break;
      case 'submit_sm': {
        const messageId = `id-${this.submitted.length}`;
        const answer = (over: Partial<PduInput<'submit_sm_resp'>> = {}): void => {
          send({ command: 'submit_sm_resp', sequenceNumber, messageId, ...over });
        };
        const submitted = { pdu, connection, answer };
        this.submitted.push(submitted);
        this.onSubmit(submitted);
        break;
      }
      default:
        // Answers to deliver_sm: this carrier sends none.
        break;
    }
  }
}
