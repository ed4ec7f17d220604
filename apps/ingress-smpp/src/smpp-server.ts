// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Connection } from '@sendium/smpp-link';
import { ClientConnection, type ConnectionParts } from './client-connection.ts';
import type { ListenPlan } from './listen-plan.ts';
import { SmppPorts } from './smpp-ports.ts';

/** What the server works with. */
export interface SmppServerParts extends ConnectionParts {
  readonly listen: ListenPlan;
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

  /** Ends the sessions of accounts and carriers that may not bind any more. */
  dropUnknown(): void {
    for (const connection of this.#connections) {
      const { peer } = connection;
      if (peer === undefined || peer.mayStay) continue;
      this.#parts.log.info(peer.who, 'who is bound may not bind any more');
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
    const { metrics, directory } = this.#parts;
    const set = (connector: string, state: string, count: number): void =>
      metrics.gauge('sendium_smpp_binds', { role: 'server', connector, state }).set(count);
    const peers = [...this.#connections].flatMap(({ peer }) => peer ?? []);
    const clients = peers.filter(({ carrier }) => carrier === undefined);
    set('', 'bound', clients.length);
    set('', 'unbound', this.#connections.size - peers.length);
    for (const name of directory.carriers.keys()) {
      set(name, 'bound', peers.filter(({ carrier }) => carrier === name).length);
    }
  }
}
