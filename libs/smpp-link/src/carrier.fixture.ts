// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { CommandName, Pdu, PduInput, PduOf } from '@sendium/smpp-pdu';
import { decodePdu, encodePdus, PduFramer } from '@sendium/smpp-pdu';

/** One connection to the carrier, driven by hand: sends what a test says, when it says so. */
export class CarrierConnection {
  readonly socket: Socket;
  /** Everything received, in order. */
  readonly received: Pdu[] = [];
  /** How many chunks the socket has given. */
  chunks = 0;
  readonly closed: Promise<void>;
  readonly #framer = new PduFramer(70_000);
  readonly #waiting = new Set<() => void>();
  #taken = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#wake());
    socket.on('data', (chunk: Buffer) => {
      this.chunks += 1;
      this.#framer.push(chunk);
      for (let frame = this.#framer.next(); frame; frame = this.#framer.next()) {
        const decoded = decodePdu(frame);
        if (decoded.kind === 'malformed') throw new Error(decoded.reason);
        this.received.push(decoded.pdu);
      }
      this.#wake();
    });
  }

  /** The next PDU not yet taken by a test, which must be this one. */
  async next<C extends CommandName>(command: C): Promise<PduOf<C>> {
    for (;;) {
      const pdu = this.received[this.#taken];
      if (pdu !== undefined) {
        this.#taken += 1;
        if (pdu.command !== command) throw new Error(`${pdu.command} in place of ${command}`);
        return pdu as PduOf<C>;
      }
      if (this.socket.closed) throw new Error(`closed before ${command}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  send(...pdus: readonly PduInput[]): void {
    this.socket.write(encodePdus(pdus));
  }

  /** Answers the bind that comes next. */
  async acceptBind(): Promise<Pdu> {
    const bind = await this.next('bind_transceiver');
    const { sequenceNumber } = bind;
    this.send({ command: 'bind_transceiver_resp', sequenceNumber, systemId: 'carrier' });
    return bind;
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** A carrier's listening port. */
export class Carrier {
  readonly #server: Server;
  readonly #connections: CarrierConnection[] = [];
  readonly #waiting: ((connection: CarrierConnection) => void)[] = [];
  #taken = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on a free port of 127.0.0.1; `server` for one that speaks TLS. */
  static async listen(server: Server = createServer(), event = 'connection'): Promise<Carrier> {
    const carrier = new Carrier(server);
    server.on(event, (socket: Socket) => {
      const connection = new CarrierConnection(socket);
      carrier.#connections.push(connection);
      carrier.#waiting.shift()?.(connection);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return carrier;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many have connected so far. */
  get connections(): number {
    return this.#connections.length;
  }

  /** How many are connected now. */
  get open(): number {
    return this.#connections.filter(({ socket }) => !socket.closed).length;
  }

  /** The next connection not yet taken by a test. */
  async accept(): Promise<CarrierConnection> {
    const connection = this.#connections[this.#taken++];
    if (connection !== undefined) return connection;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.#connections) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
