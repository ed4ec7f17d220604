// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:net';
import type { Server } from 'node:net';

const listenAnywhere = (host: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host, exclusive: true }, () => resolve(server));
  });

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A socket without a port.');
  return address.port;
};

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });

/**
 * Ports that were free a moment ago, all different: they are held together while they are chosen.
 * Whoever can listen on port 0 itself should do that instead, as nothing keeps these reserved.
 */
export const freePorts = async (count: number, host = '127.0.0.1'): Promise<number[]> => {
  const servers = await Promise.all(Array.from({ length: count }, () => listenAnywhere(host)));
  const ports = servers.map(portOf);
  await Promise.all(servers.map(close));
  return ports;
};

/** One port that was free a moment ago. */
export const freePort = async (host = '127.0.0.1'): Promise<number> => {
  const [port] = await freePorts(1, host);
  if (port === undefined) throw new Error('No port was free.');
  return port;
};
