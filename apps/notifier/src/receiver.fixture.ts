// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A webhook as it came. */
export interface ReceivedHook {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly id: string;
  readonly raw: string;
  readonly body: {
    readonly type: string;
    readonly timestamp: string;
    readonly data: { readonly message?: Record<string, unknown>; readonly sequence?: number };
  };
  readonly atMs: number;
}

/** What to answer: a status, or whatever the test wants with the response. */
export type Answer = number | ((response: ServerResponse, hook: ReceivedHook) => void);

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly hooks: readonly ReceivedHook[];
  readonly ids: readonly string[];
  /** Connections that were opened so far, and calls at the same time at most. */
  readonly connections: number;
  readonly mostAtOnce: number;
  /** How it answers from now on. */
  answer: (hook: ReceivedHook) => Answer;
  /** Ends all connections that nobody uses. */
  closeIdle(): void;
}

export interface ReceiverOptions {
  readonly answer?: (hook: ReceivedHook) => Answer;
  readonly port?: number;
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** An application's endpoint. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const hooks: ReceivedHook[] = [];
  const sockets = new Set<Socket>();
  const counts = { connections: 0, now: 0, most: 0 };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    counts.most = Math.max(counts.most, ++counts.now);
    response.once('close', () => counts.now--);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString('utf8');
      const headers = request.headers as Record<string, string>;
      const hook: ReceivedHook = {
        ...{ path: request.url ?? '', headers, id: headers['webhook-id'] ?? '', raw },
        body: JSON.parse(raw) as ReceivedHook['body'],
        atMs: Date.now(),
      };
      hooks.push(hook);
      const answer = receiver.answer(hook);
      if (typeof answer === 'number') response.writeHead(answer).end();
      else answer(response, hook);
    });
  };
  const { tls } = options;
  const server: Server =
    tls === undefined ? createServer(onRequest) : createTlsServer({ ...tls }, onRequest);
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    counts.connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/hook`,
    port,
    hooks,
    get ids() {
      return hooks.map(({ id }) => id);
    },
    get connections() {
      return counts.connections;
    },
    get mostAtOnce() {
      return counts.most;
    },
    answer: options.answer ?? (() => 204),
    closeIdle: () => server.closeIdleConnections(),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
