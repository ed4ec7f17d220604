// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { FastLink } from './fast-link.ts';
import type { Brain, Engine } from './link.ts';

/** Listens with the engine for load: the package-free one that answers in a few microseconds. */
export async function startFastEngine(brain: Brain, host: string, port: number): Promise<Engine> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    new FastLink(socket, brain).start();
  });
  return listening(server, { host, port }, sockets);
}

/** Waits until the server listens; closing the engine ends its connections. */
export async function listening(
  server: Server,
  where: { readonly host: string; readonly port: number },
  sockets: ReadonlySet<Socket>,
): Promise<Engine> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where.port, where.host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    host: where.host,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
