// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Logger } from '@sendium/runtime';
import {
  ConnectionGate,
  SmppListener,
  type Connection,
  type ListenOptions,
} from '@sendium/smpp-link';
import { checkCertificates, readCertificateFiles } from './certificate-files.ts';
import { FollowedCertificate } from './followed-certificate.ts';
import type { ListenPlan } from './listen-plan.ts';

type OnConnection = (connection: Connection) => void;

/** The port for SMPP and, where it is wanted, the one for SMPP over TLS; one gate before both. */
export class SmppPorts implements AsyncDisposable {
  readonly #plan: ListenPlan;
  readonly #log: Logger;
  readonly #shared: Omit<ListenOptions, 'host' | 'port'>;
  readonly #listeners: SmppListener[] = [];
  #certificate: FollowedCertificate | undefined;

  private constructor(plan: ListenPlan, onConnection: OnConnection, log: Logger) {
    this.#plan = plan;
    this.#log = log;
    this.#shared = {
      gate: new ConnectionGate(),
      proxyNetworks: plan.proxyNetworks,
      onConnection,
      onRefused: (reason) => log.debug({ reason }, 'a connection was refused'),
    };
  }

  /** Listens. Throws when a port cannot be had or the certificate cannot be used. */
  static async open(plan: ListenPlan, onConnection: OnConnection, log: Logger): Promise<SmppPorts> {
    const ports = new SmppPorts(plan, onConnection, log);
    try {
      // With TLS first: who waits for the plain port to be there finds both.
      await ports.#openTls();
      await ports.#openPlain();
    } catch (error) {
      await ports[Symbol.asyncDispose]();
      throw error;
    }
    return ports;
  }

  /** Stops listening at once; sessions that stand are their owner's. */
  close(): void {
    this.#certificate?.[Symbol.dispose]();
    for (const listener of this.#listeners) listener.close();
  }

  /** Stops listening and closes whatever is still connected. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#certificate?.[Symbol.dispose]();
    await Promise.all(this.#listeners.map((listener) => listener[Symbol.asyncDispose]()));
  }

  async #openPlain(): Promise<void> {
    const { plain } = this.#plan;
    const listener = await SmppListener.listen({ ...plain, ...this.#shared });
    this.#listeners.push(listener);
    this.#log.info({ host: plain.host, port: listener.port }, 'listening for SMPP');
  }

  async #openTls(): Promise<void> {
    if (this.#plan.tls === undefined) return;
    const { listen, files } = this.#plan.tls;
    const current = await readCertificateFiles(files);
    checkCertificates(current);
    const listener = await SmppListener.listen({ ...listen, ...this.#shared, tls: current });
    this.#listeners.push(listener);
    this.#log.info({ host: listen.host, port: listener.port }, 'listening for SMPP over TLS');
    const use: typeof listener.setSecureContext = (tls) => listener.setSecureContext(tls);
    this.#certificate = new FollowedCertificate({ files, log: this.#log, current, use });
  }
}
