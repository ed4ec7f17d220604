// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { connect } from 'node:net';
import { access } from 'node:fs/promises';

import { afterEach, expect, test } from '@jest/globals';

import { assertNothingLeft, runningChildren } from './child.ts';
import { startNatsCluster } from './nats-cluster.ts';
import { startNatsServer } from './nats-server.ts';

afterEach(assertNothingLeft);

/** The server's greeting, which tells its name and whether JetStream is on. */
const greetingOf = (url: string): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (!text.includes('\r\n')) return;
      socket.destroy();
      resolve(JSON.parse(text.slice('INFO '.length)) as Record<string, unknown>);
    });
    socket.on('error', reject);
  });

test('A started server has JetStream and loses its temporary store when it is stopped.', async () => {
  const server = await startNatsServer({ name: 'solo' });
  expect(await greetingOf(server.url)).toMatchObject({ server_name: 'solo', jetstream: true });
  expect(runningChildren()).toEqual([`nats-server solo (pid ${server.pid})`]);
  await server.stop();
  await expect(access(server.storeDir)).rejects.toThrow('ENOENT');
});

test('After kill -9 the server comes back on the same port with the same store.', async () => {
  await using server = await startNatsServer({ syncInterval: 'always' });
  const { url, pid, storeDir } = server;
  await server.kill();
  await expect(greetingOf(url)).rejects.toThrow('ECONNREFUSED');
  await server.restart();
  expect({ url: server.url, storeDir: server.storeDir }).toEqual({ url, storeDir });
  expect(server.pid).not.toBe(pid);
  expect(await greetingOf(url)).toMatchObject({ jetstream: true });
});

test('A server whose port is taken says so in its own words.', async () => {
  await using first = await startNatsServer();
  const port = Number(new URL(first.url).port);
  await expect(startNatsServer({ port })).rejects.toThrow('address already in use');
});

test('Three servers form a cluster that survives the loss and return of one.', async () => {
  await using cluster = await startNatsCluster(3);
  expect(cluster.url.split(',')).toEqual(cluster.servers.map((server) => server.url));
  const [first, second] = cluster.servers;
  await first!.kill();
  await second!.ready();
  await first!.restart();
  await cluster.ready();
  expect(await greetingOf(first!.url)).toMatchObject({ cluster: 'sendium-test' });
});
