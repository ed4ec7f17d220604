// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Connection } from '@sendium/smpp-link';
import { ClientConnection, type ConnectionParts } from './client-connection.ts';
import type { ClientDirectory } from './client-directory.ts';
import type { ListenPlan } from './listen-plan.ts';
import { SmppPorts } from './smpp-ports.ts';

/** What the server works with. */
export interface SmppServerParts extends ConnectionParts {
  readonly listen: ListenPlan;
  readonly directory: ClientDirectory;
}

/** The listening ports and every connection that came over them. */
export class SmppServer implements AsyncDisposable {
  readonly #parts: SmppServerParts;
  readonly #connections = new Set<ClientConnection>();
  #ports: SmppPorts | undefined;

  private constructor(parts: SmppServerParts) {
    this.#parts = parts;
    parts.metrics.beforeRender(() => this.#countBinds());
  }

  /** Listens. Throws when a port cannot be had or the certificate cannot be used. */
  static async start(parts: SmppServerParts): Promise<SmppServer> {
    const server = new SmppServer(parts);
    const onConnection = (connection: Connection): void => server.#onConnection(connection);
    server.#ports = await SmppPorts.open(parts.listen, onConnection, parts.log);
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
    this.#ports?.close();
    await Promise.all([...this.#connections].map((connection) => connection.unbind()));
    await Promise.all([...this.#connections].map((connection) => connection.ended));
    await this.#ports?.[Symbol.asyncDispose]();
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
