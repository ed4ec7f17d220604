// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { createServer, request, type ClientRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '@sendium/testkit';
import { BodyRoom, readJsonBody, type JsonBody } from './json-body.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

test('all bodies together are bounded while they are read, and room comes back', async () => {
  const room = new BodyRoom(1000);
  const results: string[] = [];
  const describe = (body: JsonBody): string =>
    body.kind === 'refused' ? body.refusal.code : body.kind;
  const server = createServer((incoming, response) => {
    void readJsonBody(incoming, response, room, 10_000).then((body) => {
      results.push(describe(body));
      response.end();
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const post = (): ClientRequest => {
    const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' };
    const client = request({ host: '127.0.0.1', port, method: 'POST', headers, agent: false });
    client.on('error', () => undefined);
    client.on('response', (answer) => answer.resume());
    return client;
  };
  const body = JSON.stringify({ text: 'x'.repeat(600) });

  const slow = post();
  slow.write(body);
  // The slow one's octets have been read once there is no room for as many again.
  await eventually(() => {
    const isRoom = room.take(600);
    if (isRoom) room.giveBack(600);
    expect(isRoom).toBe(false);
  });
  post().end(body);
  await eventually(() => expect(results).toEqual(['overloaded']));
  slow.destroy();
  await eventually(() => expect(results).toEqual(['overloaded', 'gone']));
  post().end(body);
  await eventually(() => expect(results).toEqual(['overloaded', 'gone', 'object']));
  expect(room.take(1000)).toBe(true);
});
