// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import { consumerProgress } from '@sendium/bus';
import { deliverConsumer } from '@sendium/contracts';
import { eventually, freePort } from '@sendium/testkit';
import type { EndpointDocument } from './notifier.fixture.ts';
import { Opened } from './opened.fixture.ts';
import { sampleReport } from './sample-event.fixture.ts';

const opened = new Opened();
afterEach(() => opened[Symbol.asyncDispose]());

/** Takes connections, and says nothing. */
async function blackHole(): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.use({
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

const events = (count: number, account = 'demo') =>
  Array.from({ length: count }, () => sampleReport('delivered', sampleMessage({ account })));
const long = { retryDelaysMs: [0, 3_600_000], rest: { firstMs: 60_000, mostMs: 60_000 } };

test('endpoints that never answer, answer late or refuse cost the others nothing', async () => {
  const [fast, slow, elsewhere] = [
    await opened.receive(),
    await opened.receive({
      answer: () => (response) => setTimeout(() => response.writeHead(204).end(), 500),
    }),
    await opened.receive(),
  ];
  const endpoints: EndpointDocument[] = [
    { name: 'slow', url: slow.url, concurrency: 4 },
    { name: 'hole', url: await blackHole(), timeout: '60s' },
    { name: 'refusing', url: `http://127.0.0.1:${await freePort()}/` },
    { name: 'fast', url: fast.url },
  ];
  const notifier = await opened.notify([], {
    accounts: { demo: endpoints, other: [{ url: elsewhere.url }] },
    work: long,
  });
  await notifier.publish(...events(3000), ...events(1000, 'other'));
  await eventually(
    () => {
      expect(new Set(fast.ids).size).toBe(3000);
      expect(new Set(elsewhere.ids).size).toBe(1000);
    },
    { timeoutMs: 25_000 },
  );
  // A fifth of a second each, four at a time, would take minutes for all.
  expect(slow.hooks.length).toBeLessThan(1000);
  expect(slow.mostAtOnce).toBeLessThanOrEqual(4);
  // Nothing of it is held here: what waits, waits in LATER.
  await eventually(async () => {
    const progress = await consumerProgress(
      notifier.backbone.bus,
      deliverConsumer('webhook', 'demo'),
    );
    expect(progress.waiting).toBe(0);
    expect(progress.inHand).toBeLessThan(60);
  });
}, 60_000);

test('a quick endpoint is given all at its own pace, and nothing goes round by LATER', async () => {
  const fast = await opened.receive();
  const notifier = await opened.notify([{ url: fast.url }], { work: long });
  await notifier.publish(...events(2000));
  await eventually(() => expect(fast.hooks).toHaveLength(2000), { timeoutMs: 25_000 });
  expect(fast.mostAtOnce).toBeLessThanOrEqual(16);
  expect(await notifier.metrics.render()).not.toMatch(/deferred_total\{/);
}, 60_000);

test('a slow endpoint gets everything in the end, in the order of each message', async () => {
  const fast = await opened.receive();
  const slow = await opened.receive({
    answer: () => (response) => setTimeout(() => response.writeHead(204).end(), 100),
  });
  const notifier = await opened.notify([
    { name: 'slow', url: slow.url, events: ['all'], concurrency: 8 },
    { name: 'fast', url: fast.url, events: ['all'] },
  ]);
  const messages = Array.from({ length: 100 }, () => sampleMessage());
  for (const status of ['queued', 'sent', 'delivered'] as const) {
    await notifier.publish(...messages.map((message) => sampleReport(status, message)));
  }
  for (const receiver of [fast, slow]) {
    await eventually(() => expect(new Set(receiver.ids).size).toBe(300), { timeoutMs: 25_000 });
    const last = new Map<unknown, number>();
    for (const { body } of receiver.hooks) {
      const { message, sequence = 0 } = body.data;
      expect(sequence).toBeGreaterThan(last.get(message?.['id']) ?? 0);
      last.set(message?.['id'], sequence);
    }
  }
}, 60_000);
