// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The connection to NATS, for as long as the process lives. Invariants:
 * 1. It reconnects for ever: an unreachable server, a refused credential, a restart are never the end.
 * 2. Nothing is handed to the client library while the connection is down: the library would keep it
 *    without bound and drop it at the next dial. Whoever publishes keeps its own bounded list and sends
 *    again on 'connected'.
 */
import {
  connect,
  type Msg,
  type NatsConnection,
  type PublishOptions,
  type Subscription,
} from '@nats-io/transport-node';
import { pause } from '@sendium/runtime';
import type { BusCounts } from '@sendium/telemetry';
import { silentLog, type BusLog } from './bus-log.ts';
import { JetStreamApiError, TransientError } from './errors.ts';

export interface BusOptions {
  /** One address or several, separated by commas. */
  readonly url: string;
  /** The client's name on the server's monitoring pages. */
  readonly name: string;
  readonly log?: BusLog;
  /** Ends the wait for the first connection. */
  readonly signal?: AbortSignal;
}

/** The connection came back, was lost, or is over. */
export type BusStatus = 'connected' | 'disconnected' | 'closed';

const reconnectWaitMs = 250;
const apiTimeoutMs = 5000;

/** One connection to NATS and what is known of it. */
export class Bus implements AsyncDisposable {
  readonly log: BusLog;
  /** Told of what passes, where somebody counts. */
  observer: BusCounts | undefined;
  readonly #connection: NatsConnection;
  readonly #listeners = new Set<(status: BusStatus) => void>();
  #status: BusStatus = 'connected';

  constructor(connection: NatsConnection, log: BusLog) {
    this.#connection = connection;
    this.log = log;
    void this.#follow();
  }

  get isConnected(): boolean {
    return this.#status === 'connected';
  }

  get isClosed(): boolean {
    return this.#status === 'closed';
  }

  /** E.g. 2.12.15; that of the server now or last connected. */
  get serverVersion(): string {
    return this.#connection.info?.version ?? '';
  }

  /** The largest message in octets, headers included. */
  get maxPayload(): number {
    return this.#connection.info?.max_payload ?? 1024 * 1024;
  }

  /** The client library's connection, for what this library does not cover. */
  get connection(): NatsConnection {
    return this.#connection;
  }

  /** Calls the listener at each change from now on; the returned function ends that. */
  onStatus(listener: (status: BusStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Resolves when connected; at once when it is, and also when the bus is closed or the signal aborted. */
  async untilConnected(signal?: AbortSignal): Promise<void> {
    if (this.isConnected || this.isClosed || signal?.aborted === true) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        stop();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const stop = this.onStatus((status) => {
        if (status !== 'disconnected') done();
      });
      signal?.addEventListener('abort', done);
    });
  }

  /** Publishes without confirmation; false when there is no connection and nothing was sent. */
  publish(subject: string, payload: Uint8Array | string, options?: PublishOptions): boolean {
    if (!this.isConnected) return false;
    this.#connection.publish(subject, payload, options);
    return true;
  }

  /** Calls back for every message on the subject, also after reconnects. */
  subscribe(subject: string, onMessage: (message: Msg) => void): Subscription {
    return this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (error !== null) this.log.error({ err: error, subject }, 'subscription failed');
        else onMessage(message);
      },
    });
  }

  /**
   * One call of the JetStream API.
   *
   * @throws {JetStreamApiError} when it answers with an error
   * @throws {TransientError} when it does not answer
   */
  async api<T>(call: string, body?: object, timeoutMs = apiTimeoutMs): Promise<T> {
    if (!this.isConnected) throw new TransientError(`${call}: not connected`);
    const answer = await this.#connection
      .request(`$JS.API.${call}`, body === undefined ? '' : JSON.stringify(body), {
        timeout: timeoutMs,
      })
      .catch((cause: unknown) => {
        throw new TransientError(`${call}: no answer`, { cause });
      });
    const parsed = answer.json<{ error?: { code: number; err_code?: number } }>();
    if (parsed.error !== undefined) throw new JetStreamApiError(call, parsed.error);
    return parsed as T;
  }

  /** Sends what was published and closes. Publishers and consumers are to be closed before. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isConnected) {
      await Promise.race([this.#connection.flush().catch(() => undefined), pause(1000)]);
    }
    await this.#connection.close();
    this.#become('closed');
  }

  async #follow(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === 'disconnect') this.#become('disconnected');
      else if (status.type === 'reconnect') this.#become('connected');
      else if (status.type === 'error') this.log.warn({ err: status.error }, 'NATS error');
    }
    this.#become('closed');
  }

  #become(status: BusStatus): void {
    if (this.#status === status || this.isClosed) return;
    this.#status = status;
    if (status === 'disconnected') this.log.warn({}, 'NATS connection lost');
    else this.log.info({ status }, 'NATS connection changed');
    for (const listener of [...this.#listeners]) listener(status);
  }
}

/**
 * Connects and waits for the first connection, for ever or until the signal is aborted.
 *
 * @throws {TransientError} when the signal was aborted first
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const log = options.log ?? silentLog;
  for (let tries = 0; options.signal?.aborted !== true; tries++) {
    try {
      return new Bus(await dial(options), log);
    } catch (error) {
      // Every ten seconds or so, not at every try.
      if (tries % 40 === 0) log.warn({ err: error }, 'waiting for NATS');
      await pause(reconnectWaitMs, options.signal);
    }
  }
  throw new TransientError('Stopped while waiting for NATS.');
}

function dial(options: BusOptions): Promise<NatsConnection> {
  return connect({
    servers: options.url.split(',').map((address) => address.trim()),
    name: options.name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: reconnectWaitMs,
    reconnectJitter: reconnectWaitMs,
    pingInterval: 20_000,
    maxPingOut: 2,
    timeout: 5000,
    ignoreAuthErrorAbort: true,
  });
}
