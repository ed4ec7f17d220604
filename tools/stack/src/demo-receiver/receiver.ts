// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * A receiver of webhooks as an application has one: it checks each signature, says what came, and fails
 * when it is told to.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { readEvent, type ReceivedEvent } from './read-event.ts';

export interface ReceiverOptions {
  readonly host?: string;
  /** 0, the default, takes any. */
  readonly port?: number;
  readonly path?: string;
  /** `whsec_…` */
  readonly secret: string;
  /** How many events it remembers. Default 1,000. */
  readonly keep?: number;
  /** Asked before each answer; undefined answers as it was told to behave. */
  readonly answerBy?: () => number | undefined;
  /** Hears of each event after it was answered, with the body as it came. */
  readonly onEvent?: (event: ReceivedEvent, body: string) => void;
}

/** How it answers from now on. */
export interface Manner {
  readonly status: number;
  readonly delayMs: number;
}

/** A running receiver. */
export interface Receiver extends AsyncDisposable {
  /** Without the path: `GET /received`, `DELETE /received`, `POST /control`, `GET /readyz`. */
  readonly url: string;
  /** Where webhooks go. */
  readonly hookUrl: string;
  readonly port: number;
  /** The last events, the oldest first. */
  readonly events: readonly ReceivedEvent[];
  behave(manner: Partial<Manner>): void;
}

interface Reply {
  readonly status: number;
  readonly body?: object;
}

const maxBodyOctets = 1024 * 1024;
const plain: Manner = { status: 200, delayMs: 0 };

class WebhookReceiver {
  readonly #options: ReceiverOptions;
  readonly #server = createServer((request, response) => {
    this.#handle(request, response).catch(() => response.destroy());
  });
  #events: ReceivedEvent[] = [];
  #count = 0;
  #manner = plain;

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  get events(): readonly ReceivedEvent[] {
    return this.#events;
  }

  async listen(): Promise<AddressInfo> {
    const { host = '127.0.0.1', port = 0 } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    return this.#server.address() as AddressInfo;
  }

  behave(manner: Partial<Manner>): void {
    this.#manner = { ...this.#manner, ...manner };
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const { pathname, searchParams } = new URL(url, 'http://receiver');
    const body = await readBody(request);
    if (body === undefined) answer(response, { status: 413 });
    else if (method === 'POST' && pathname === (this.#options.path ?? '/hook')) {
      await this.#take(request, body, response);
    } else answer(response, this.#control(`${method} ${pathname}`, searchParams, body));
  }

  async #take(request: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
    const { delayMs } = this.#manner;
    const status = this.#options.answerBy?.() ?? this.#manner.status;
    const { headers } = request;
    const read = readEvent({ headers, body }, this.#options.secret);
    const event = { ...read, number: ++this.#count, atMs: Date.now(), answered: status };
    this.#events.push(event);
    if (this.#events.length > (this.#options.keep ?? 1000)) this.#events.shift();
    if (delayMs > 0) await pause(delayMs);
    answer(response, { status });
    this.#options.onEvent?.(event, body);
  }

  #control(what: string, query: URLSearchParams, body: string): Reply {
    switch (what) {
      case 'GET /readyz':
        return { status: 200 };
      case 'GET /received':
        return { status: 200, body: this.#received(Number(query.get('after') ?? 0)) };
      case 'DELETE /received':
        this.#events = [];
        return { status: 200 };
      case 'POST /control':
        return this.#change(body);
      default:
        return { status: 404, body: { error: 'GET or DELETE /received, POST /control' } };
    }
  }

  /** `count` is of all that ever came. */
  #received(after: number): object {
    const data = this.#events
      .filter(({ number }) => number > after)
      .map(({ number, atMs, type, messageId, sequence, webhookId, signature, answered }) => ({
        ...{ number, at: new Date(atMs).toISOString(), type, sequence, signature, answered },
        ...{ message_id: messageId, webhook_id: webhookId },
      }));
    return { data, count: this.#count };
  }

  #change(body: string): Reply {
    const manner = toManner(body);
    if (typeof manner === 'string') return { status: 400, body: { error: manner } };
    this.behave(manner);
    const { status, delayMs } = this.#manner;
    return { status: 200, body: { status, delay_ms: delayMs } };
  }
}

/** Reads `{"status": 503, "delay_ms": 1000}`; a string says what is wrong. */
function toManner(body: string): Partial<Manner> | string {
  let given: { readonly status?: unknown; readonly delay_ms?: unknown };
  try {
    given = JSON.parse(body) as typeof given;
  } catch {
    return 'the body must be JSON';
  }
  const { status, delay_ms: delayMs } = given;
  if (status !== undefined && !isWithin(status, 200, 599)) return 'status must be 200 to 599';
  if (delayMs !== undefined && !isWithin(delayMs, 0, 600_000))
    return 'delay_ms must be 0 to 600000';
  return {
    ...(status === undefined ? {} : { status }),
    ...(delayMs === undefined ? {} : { delayMs }),
  };
}

const isWithin = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most;

/** Undefined when it is too large. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBodyOctets) chunks.push(chunk);
  }
  return size > maxBodyOctets ? undefined : Buffer.concat(chunks).toString('utf8');
}

function answer(response: ServerResponse, { status, body = {} }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

/** Starts it. Throws when it cannot listen there. */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const receiver = new WebhookReceiver(options);
  const { address, port } = await receiver.listen();
  const url = `http://${address}:${port}`;
  return {
    url,
    port,
    hookUrl: url + (options.path ?? '/hook'),
    get events() {
      return receiver.events;
    },
    behave: (manner) => receiver.behave(manner),
    [Symbol.asyncDispose]: () => receiver.close(),
  };
}
