// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'node:net';
import smpp from 'smpp';
import { listening } from './fast-engine.ts';
import type { Brain, Engine } from './link.ts';
import { PackageLink } from './package-link.ts';

/**
 * Listens with the engine of the `smpp` package: an implementation of the protocol that shares
 * nothing with the gateway's own.
 */
export async function startPackageEngine(
  brain: Brain,
  host: string,
  port: number,
): Promise<Engine> {
  const sockets = new Set<Socket>();
  const server = smpp.createServer((session) => {
    const { socket } = session;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    new PackageLink(session, brain).start();
  });
  return listening(server, { host, port }, sockets);
}
