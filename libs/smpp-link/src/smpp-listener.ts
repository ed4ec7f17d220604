// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Server as TlsServer, TLSSocket } from 'node:tls';
import { createServer as createTlsServer } from 'node:tls';
import type { AddressList } from './address-list.ts';
import { addressList, plainAddress } from './address-list.ts';
import type { Admission } from './connection-gate.ts';
import { ConnectionGate } from './connection-gate.ts';
import type { LinkClock } from './link-clock.ts';
import { systemLinkClock } from './link-clock.ts';
import { readProxySource } from './read-proxy-source.ts';

/** Our certificate, and whether clients need one. TLS is 1.2 or newer. */
export interface ListenerTls {
  /** In PEM, the chain included. */
  readonly cert: string;
  readonly key: string;
  /** Authorities, in PEM, whose client certificates are known; needed to ask for one. */
  readonly clientCa?: string | readonly string[];
  /** `required`: who has no good certificate does not get in. */
  readonly clientCertificate?: 'none' | 'optional' | 'required';
}

/** A client that stands before the session: give `socket` and `admission` to `acceptSession`, at once. */
export interface Connection {
  readonly socket: Socket | TLSSocket;
  /** The client's own address, also behind a proxy. */
  readonly address: string;
  readonly admission: Admission;
  readonly isTls: boolean;
  /** The subject's common name of a client certificate that was checked against `clientCa`. */
  readonly certificateName: string | undefined;
}

/** Why somebody who connected got no session. */
export type RefusedConnection = 'blocked' | 'proxy-header' | 'tls-handshake' | 'crowded-out';

/** Where to listen, and whom to let in. */
export interface ListenOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly tls?: ListenerTls;
  /** Networks whose connections begin with a PROXY header, always; nobody else's is looked at. */
  readonly proxyNetworks?: readonly string[];
  /** Shared where several ports are one service. */
  readonly gate?: ConnectionGate;
  /** Until a PROXY header is there, and then until the TLS handshake is done; 5 s where left out. */
  readonly handshakeMs?: number;
  readonly onConnection: (connection: Connection) => void;
  readonly onRefused?: (reason: RefusedConnection) => void;
  readonly clock?: LinkClock;
}

const defaultHandshakeMs = 5_000;

/**
 * A listening port for SMPP. Whoever connects passes, in this order: the PROXY header where he comes
 * from a proxy we know, the gate, the TLS handshake. Each step is bounded in time and closes the
 * connection where it fails; none can hold up another connection.
 */
export class SmppListener {
  readonly #options: ListenOptions;
  readonly #gate: ConnectionGate;
  readonly #clock: LinkClock;
  readonly #proxies: AddressList;
  readonly #server: Server;
  readonly #tlsServer: TlsServer | undefined;
  readonly #sockets = new Set<Socket>();
  /** In their TLS handshake, by the peer of the TCP connection: TLS gives a socket of its own. */
  readonly #handshakes = new Map<string, Admission>();

  private constructor(options: ListenOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemLinkClock;
    this.#gate = options.gate ?? new ConnectionGate({}, this.#clock);
    this.#proxies = addressList(options.proxyNetworks ?? []);
    this.#server = createServer({ noDelay: true, keepAlive: true }, (s) => this.#onSocket(s));
    this.#tlsServer = options.tls === undefined ? undefined : this.#createTls(options.tls);
  }

  /** Listens; rejects with the system's error where the port cannot be had. */
  static async listen(options: ListenOptions): Promise<SmppListener> {
    const listener = new SmppListener(options);
    await new Promise<void>((resolve, reject) => {
      listener.#server.once('error', reject);
      listener.#server.listen(options.port, options.host, () => {
        listener.#server.off('error', reject);
        resolve();
      });
    });
    return listener;
  }

  /** The port that is listened on. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * Another certificate for the handshakes from now on; sessions that stand are not touched. Throws,
   * and changes nothing, where certificate and key are none or do not match.
   */
  setSecureContext(tls: Pick<ListenerTls, 'cert' | 'key' | 'clientCa'>): void {
    this.#tlsServer?.setSecureContext({ ...contextOf(tls), minVersion: 'TLSv1.2' });
  }

  /** Stops listening at once; sessions that stand are their owner's. */
  close(): void {
    this.#server.close();
  }

  /** Stops listening and closes whatever is still connected. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #onSocket(socket: Socket): void {
    // An error must always find a listener; what it means is seen by 'close'.
    socket.on('error', () => undefined);
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    const peer = plainAddress(socket.remoteAddress ?? '');
    if (peer === '') socket.destroy();
    else if (this.#proxies.has(peer)) void this.#behindProxy(socket, peer);
    else this.#admit(socket, peer);
  }

  async #behindProxy(socket: Socket, peer: string): Promise<void> {
    const { handshakeMs = defaultHandshakeMs } = this.#options;
    const source = await readProxySource(socket, handshakeMs, this.#clock);
    if (source.kind === 'source') this.#admit(socket, source.address ?? peer);
    else this.#refuse(socket, 'proxy-header');
  }

  #admit(socket: Socket, address: string): void {
    if (socket.destroyed) return;
    const admission = this.#gate.enter(address, () => this.#refuse(socket, 'crowded-out'));
    if (admission === undefined) {
      this.#refuse(socket, 'blocked');
      return;
    }
    socket.on('close', () => admission.left());
    if (this.#tlsServer === undefined) this.#hand(socket, admission, undefined);
    else this.#startTls(socket, admission, this.#tlsServer);
  }

  #startTls(socket: Socket, admission: Admission, server: TlsServer): void {
    const peer = peerOf(socket);
    this.#handshakes.set(peer, admission);
    socket.on('close', () => this.#handshakes.delete(peer));
    server.emit('connection', socket);
  }

  #createTls(tls: ListenerTls): TlsServer {
    const { handshakeMs = defaultHandshakeMs } = this.#options;
    const wanted = tls.clientCertificate ?? 'none';
    const server = createTlsServer({
      ...contextOf(tls),
      minVersion: 'TLSv1.2',
      handshakeTimeout: handshakeMs,
      requestCert: wanted !== 'none',
      rejectUnauthorized: wanted === 'required',
    });
    server.on('secureConnection', (socket) => {
      socket.on('error', () => undefined);
      const admission = this.#handshakes.get(peerOf(socket));
      if (admission === undefined) socket.destroy();
      else this.#hand(socket, admission, socket);
    });
    server.on('tlsClientError', (_, socket) => this.#refuse(socket, 'tls-handshake'));
    return server;
  }

  #hand(socket: Socket, admission: Admission, tls: TLSSocket | undefined): void {
    const { address } = admission;
    const certificateName = tls === undefined ? undefined : certificateNameOf(tls);
    const isTls = tls !== undefined;
    this.#options.onConnection({ socket, address, admission, isTls, certificateName });
    // Reading was stopped behind a PROXY header.
    socket.resume();
  }

  #refuse(socket: Socket, reason: RefusedConnection): void {
    socket.destroy();
    this.#options.onRefused?.(reason);
  }
}

function contextOf({ cert, key, clientCa }: Pick<ListenerTls, 'cert' | 'key' | 'clientCa'>) {
  if (clientCa === undefined) return { cert, key };
  return { cert, key, ca: typeof clientCa === 'string' ? clientCa : [...clientCa] };
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress ?? ''} ${socket.remotePort ?? 0}`;
}

function certificateNameOf(socket: TLSSocket): string | undefined {
  if (!socket.authorized) return undefined;
  // No certificate is an empty object, against what the types say.
  const subject = socket.getPeerCertificate().subject as { readonly CN?: unknown } | undefined;
  return typeof subject?.CN === 'string' ? subject.CN : undefined;
}
