// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

// Requests through two sessions of ours on one loopback connection, both ends in this process:
//   node --conditions=@sendium/source libs/smpp-link/bench/session.mjs
import { createServer } from 'node:net';
import { acceptSession, connectSession } from '@sendium/smpp-link';

const seconds = 3;
const server = createServer((socket) => {
  acceptSession(socket, {
    maxInboundPending: 2_000,
    onBind: () => Promise.resolve({ kind: 'accepted', systemId: 'bench' }),
    onRequest: () => Promise.resolve({ command: 'submit_sm_resp', messageId: '0123456789' }),
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const result = await connectSession({
  host: '127.0.0.1',
  port: server.address().port,
  bind: { mode: 'transceiver', systemId: 'bench', password: 'bench' },
  onRequest: () => Promise.resolve(0),
});
const { session } = result;
const message = {
  command: 'submit_sm',
  sourceAddr: 'ACME',
  destinationAddr: '447700900123',
  registeredDelivery: 1,
  shortMessage: Buffer.from('Hello world, this is a text of 44 characters'),
};

for (const window of [1, 10, 100, 1_000]) {
  let answered = 0;
  let isOver = false;
  const sender = async () => {
    while (!isOver) {
      const answer = await session.request(message);
      if (answer.kind !== 'answered') throw new Error(answer.kind);
      answered += 1;
    }
  };
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  setTimeout(() => (isOver = true), seconds * 1_000);
  await Promise.all(Array.from({ length: window }, sender));
  const rate = Math.round((answered * 1_000) / (performance.now() - startedAt));
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpu = ((user + system) / answered).toFixed(1);
  console.log(`window ${window}: ${rate.toLocaleString('en')} requests/s, ${cpu} µs CPU both ends`);
}
await session.unbind();
server.close();
