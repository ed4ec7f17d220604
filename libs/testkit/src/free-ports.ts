// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Ports for programs that tests start. Whoever can listen on port 0 itself should do that instead. Between
 * the choice of a port and a child that listens on it, or while a killed one is down, seconds may pass, in
 * which the system gives any free port to whoever asks for one. Hence:
 * 1. Ports come from below those that systems give out themselves (from 32768, or 49152, on).
 * 2. Each process has a block of its own, so that test runs side by side choose different ones.
 * 3. Within its block a process goes round: what it gave out last is given out again last.
 */
import { createServer } from 'node:net';

const firstPort = 10_000;
const blockSize = 200;
const blocks = 100;

const block = firstPort + (process.pid % blocks) * blockSize;
// Jest loads this anew for each file of tests: it must not begin with the ports of the one before.
let next = Math.floor(Math.random() * blockSize);

const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** Ports that were free a moment ago, all different. */
export const freePorts = async (count: number, host = '127.0.0.1'): Promise<number[]> => {
  const ports: number[] = [];
  for (let tries = 0; ports.length < count; tries++) {
    if (tries === blockSize) throw new Error(`No ${count} ports are free from ${block} on.`);
    const port = block + (next++ % blockSize);
    if (await isFree(port, host)) ports.push(port);
  }
  return ports;
};

/** One port that was free a moment ago. */
export const freePort = async (host = '127.0.0.1'): Promise<number> => {
  const [port] = await freePorts(1, host);
  if (port === undefined) throw new Error('No port was free.');
  return port;
};
