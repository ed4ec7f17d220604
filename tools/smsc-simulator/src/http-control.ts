// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';

/** What a handler answers: a status and a value for JSON. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** Handles one request; `body` is the JSON of it, `undefined` where there was none. */
export type Handler = (query: URLSearchParams, body: unknown) => Reply;

/** `METHOD /path` to its handler. */
export type Routes = Readonly<Record<string, Handler>>;

const maxBodyOctets = 1_048_576;

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyOctets) throw new RangeError('body too large');
    chunks.push(chunk);
  }
  return size === 0 ? undefined : (JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown);
}

async function handle(routes: Routes, request: IncomingMessage): Promise<Reply> {
  const url = new URL(request.url ?? '/', 'http://control');
  const handler = routes[`${request.method ?? ''} ${url.pathname}`];
  if (handler === undefined)
    return { status: 404, body: { error: 'no such control', controls: Object.keys(routes) } };
  let body: unknown;
  try {
    body = await readJson(request);
  } catch {
    return { status: 400, body: { error: 'the body must be JSON of at most 1 MiB' } };
  }
  return handler(url.searchParams, body);
}

function send(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}

/** A started control port. */
export interface ControlServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the routes as JSON over HTTP until closed. */
export async function serveControl(
  routes: Routes,
  host: string,
  port: number,
): Promise<ControlServer> {
  const server: Server = createServer((request, response) => {
    handle(routes, request).then(
      (reply) => send(response, reply),
      (error: unknown) => send(response, { status: 500, body: { error: String(error) } }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    url: `http://${host}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
