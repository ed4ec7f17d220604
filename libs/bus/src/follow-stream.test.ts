// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { eventually, startNatsServer, type NatsServer } from '@sendium/testkit';
import {
  applyTopology,
  connectBus,
  createPublisher,
  followStream,
  oldestStoredAtMs,
  type Bus,
  type StreamFollower,
} from './index.ts';
import { channel, decode, items, work as queue } from './test-streams.fixture.ts';

/** Like EVENTS: everybody may read it. */
const work = { ...queue, retention: 'limits', discardNewPerSubject: false } as const;

let server: NatsServer;
let bus: Bus;
let follower: StreamFollower;
let seen: string[];

beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  bus = await connectBus({ url: server.url, name: 'follow-test' });
  await bus.api('STREAM.DELETE.WORK').catch(() => undefined);
  await applyTopology(bus, { streams: [work], consumers: [] });
  seen = [];
  follower = followStream(bus, {
    stream: 'WORK',
    subjects: ['work.a', 'work.b'],
    onMessage: (octets) => {
      seen.push(...decode(octets));
    },
  });
});
afterEach(async () => {
  await follower[Symbol.asyncDispose]();
  await bus[Symbol.asyncDispose]();
});

async function publish(subject: string, texts: readonly string[]): Promise<void> {
  await using publisher = createPublisher(bus, { maxBatchItems: 1 });
  await Promise.all(texts.map((text) => publisher.publish(channel(subject), text)));
}

test('catching up hands over everything that was stored before, and then what follows', async () => {
  const beganAtMs = Date.now() - 1000;
  await publish('work.a', items(700));
  await publish('work.c', ['not asked for']);
  await follower.catchUp(beganAtMs);
  expect(new Set(seen)).toEqual(new Set(items(700)));
  await publish('work.b', items(600, 'later'));
  await eventually(() => expect(seen).toHaveLength(1300));
});

test('without a time it begins now', async () => {
  await publish('work.a', ['before']);
  await follower.catchUp();
  expect(seen).toEqual([]);
  await publish('work.a', ['after']);
  await eventually(() => expect(seen).toEqual(['after']));
});

test('after a kill of the server it has everything again once it has caught up', async () => {
  await follower.catchUp();
  await publish('work.a', ['first']);
  await eventually(() => expect(seen).toEqual(['first']));
  const lost = new Promise((resolve) => bus.onStatus(resolve));
  await server.kill();
  await lost;
  await server.restart();
  await bus.untilConnected();
  await publish('work.a', ['while it was not reading']);
  await follower.catchUp();
  expect(seen).toContain('while it was not reading');
  await publish('work.b', ['and on']);
  await eventually(() => expect(seen).toContain('and on'));
});

test('a consumer that the server has forgotten is replaced', async () => {
  await follower.catchUp();
  const { consumers } = await bus.api<{ consumers: string[] }>('CONSUMER.NAMES.WORK');
  for (const name of consumers) await bus.api(`CONSUMER.DELETE.WORK.${name}`);
  await publish('work.a', ['after the consumer was gone']);
  await eventually(() => expect(seen).toContain('after the consumer was gone'));
});

test('disposing leaves no consumer behind', async () => {
  await follower.catchUp();
  await follower[Symbol.asyncDispose]();
  const { consumers } = await bus.api<{ consumers: string[] | null }>('CONSUMER.NAMES.WORK');
  expect(consumers ?? []).toEqual([]);
});

test('the oldest stored message is found by subject', async () => {
  const beforeMs = Date.now() - 1000;
  await publish('work.a', ['one']);
  expect(await oldestStoredAtMs(bus, 'WORK', 'work.b')).toBeUndefined();
  expect(await oldestStoredAtMs(bus, 'WORK', 'work.*')).toBeGreaterThan(beforeMs);
});
