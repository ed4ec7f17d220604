// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A message a stub gateway was sent. */
export interface StubMessage {
  readonly id: string;
  readonly to: string;
  readonly text: string;
}

/** Does something else with a request than accepting it; true when it did. */
export type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => boolean;

interface Body {
  readonly to?: string;
  readonly text?: string;
  readonly defaults?: { readonly text?: string };
  readonly messages?: readonly { readonly to: string; readonly text?: string }[];
}

/** Speaks the REST API's few requests that the load generator sends, and remembers what it got. */
export class StubGateway implements AsyncDisposable {
  readonly messages: StubMessage[] = [];
  readonly statuses = new Map<string, string>();
  misbehave: Misbehaviour = () => false;
  readonly #server: Server = createServer((request, response) => {
    void this.#serve(request, response);
  });

  static async start(): Promise<StubGateway> {
    const stub = new StubGateway();
    stub.#server.listen(0, '127.0.0.1');
    await once(stub.#server, 'listening');
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Closes every connection that has no request in flight, as a server that restarts does. */
  closeIdleConnections(): void {
    this.#server.closeIdleConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.misbehave(request, response)) return;
    if (request.method === 'GET') {
      this.#tell(request.url ?? '', response);
      return;
    }
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Body;
    const results = (body.messages ?? [{ to: body.to ?? '', text: body.text ?? '' }]).map(
      ({ to, text }, index) => ({ index, id: this.#add(to, text ?? body.defaults?.text ?? '') }),
    );
    const single = { id: results[0]?.id, status: 'accepted', segments: 1 };
    const batch = { id: 'bat_1', accepted: results.length, rejected: 0, results };
    response.writeHead(202, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body.messages === undefined ? single : batch));
  }

  #add(to: string, text: string): string {
    const id = String(this.messages.length).padStart(32, '0');
    this.messages.push({ id, to, text });
    this.statuses.set(id, 'delivered');
    return id;
  }

  #tell(url: string, response: ServerResponse): void {
    const status = this.statuses.get(url.slice(url.lastIndexOf('/') + 1));
    response.writeHead(status === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status, final: status !== 'sent' }));
  }
}
