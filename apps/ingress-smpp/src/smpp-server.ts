// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { ListenAddress } from '@sendium/runtime';
import { SmppListener, type Connection } from '@sendium/smpp-link';
import { ClientConnection, type ConnectionParts } from './client-connection.ts';
import type { ClientDirectory } from './client-directory.ts';

/** What the server works with. */
export interface SmppServerParts extends ConnectionParts {
  readonly listen: ListenAddress;
  readonly directory: ClientDirectory;
}

/** The listening port and every connection that came over it. */
export class SmppServer implements AsyncDisposable {
  readonly #parts: SmppServerParts;
  readonly #connections = new Set<ClientConnection>();
  #listener: SmppListener | undefined;

  private constructor(parts: SmppServerParts) {
    this.#parts = parts;
    parts.metrics.beforeRender(() => this.#countBinds());
  }

  /** Listens. Throws when the port cannot be had. */
  static async start(parts: SmppServerParts): Promise<SmppServer> {
    const server = new SmppServer(parts);
    const { listen, log } = parts;
    server.#listener = await SmppListener.listen({
      ...listen,
      onConnection: (connection) => server.#onConnection(connection),
      onRefused: (reason) => log.debug({ reason }, 'a connection was refused'),
    });
    log.info({ host: listen.host, port: server.#listener.port }, 'listening for SMPP');
    return server;
  }

  /** Ends the sessions of accounts that may not bind any more. */
  dropUnknown(): void {
    for (const connection of this.#connections) {
      const { account } = connection;
      if (account === undefined || this.#parts.directory.current(account) !== undefined) continue;
      this.#parts.log.info({ account }, 'the account may not bind any more');
      void connection.unbind();
    }
  }

  /** Takes nobody any more, answers what is in work, ends every session in order. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener?.close();
    await Promise.all([...this.#connections].map((connection) => connection.unbind()));
    await Promise.all([...this.#connections].map((connection) => connection.ended));
    await this.#listener?.[Symbol.asyncDispose]();
  }

  #onConnection(connection: Connection): void {
    const client = new ClientConnection(connection, this.#parts);
    this.#connections.add(client);
    void client.ended.finally(() => this.#connections.delete(client));
  }

  #countBinds(): void {
    let bound = 0;
    for (const { account } of this.#connections) if (account !== undefined) bound += 1;
    const unbound = this.#connections.size - bound;
    for (const [state, count] of Object.entries({ bound, unbound })) {
      const labels = { role: 'server', connector: '', state };
      this.#parts.metrics.gauge('sendium_smpp_binds', labels).set(count);
    }
  }
}
