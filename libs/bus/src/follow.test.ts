// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startNatsServer, type NatsServer } from '@sendium/testkit';
import {
  applyTopology,
  connectBus,
  createPublisher,
  follow,
  purgeBelow,
  readToEnd,
  type Bus,
  type FollowOptions,
} from './index.ts';
import { channel, decode, freshStream, items, stream, work } from './test-streams.fixture.ts';

const likeEvents = { retention: 'limits', discardNewPerSubject: false } as const;

let server: NatsServer;
let bus: Bus;
let seen: string[];

beforeAll(async () => {
  server = await startNatsServer({ syncInterval: 'always' });
});
afterAll(() => server.stop());
beforeEach(async () => {
  bus = await connectBus({ url: server.url, name: 'follow-test' });
  await freshStream(bus, likeEvents);
  seen = [];
});
afterEach(() => bus[Symbol.asyncDispose]());

async function publish(lane: string, texts: readonly string[]): Promise<void> {
  await using publisher = createPublisher(bus, { maxBatchItems: 1 });
  await Promise.all(texts.map((text) => publisher.publish(channel(`work.${lane}`), text)));
}

const options = (over: Partial<FollowOptions> = {}): FollowOptions => ({
  stream: stream(),
  subjects: ['work.a', 'work.b'],
  start: { kind: 'all' },
  onMessage: ({ octets }) => void seen.push(...decode(octets)),
  ...over,
});

test('reading to the end hands over everything on its subjects, in order, and stops', async () => {
  await publish('a', items(500));
  await publish('other', ['not asked for']);
  await publish('b', ['last']);
  await readToEnd(bus, options());
  expect(seen).toHaveLength(501);
  expect(new Set(seen)).toEqual(new Set([...items(500), 'last']));
  expect(seen.at(-1)).toBe('last');
});

test('reading an empty stream ends at once', async () => {
  await publish('other', ['not asked for']);
  await readToEnd(bus, options());
  expect(seen).toEqual([]);
});

test('reading may begin at a sequence or at a time', async () => {
  for (const item of items(5)) await publish('a', [item]);
  await readToEnd(bus, options({ start: { kind: 'sequence', sequence: 4 } }));
  expect(seen).toEqual(['item-3', 'item-4']);
  const info = await bus.api<{ message: { time: string } }>(`STREAM.MSG.GET.${stream()}`, {
    seq: 5,
  });
  seen = [];
  const sinceMs = Date.parse(info.message.time);
  await readToEnd(bus, options({ start: { kind: 'time', sinceMs } }));
  expect(seen).toContain('item-4');
  expect(seen).not.toContain('item-0');
  await readToEnd(bus, options({ start: { kind: 'time', sinceMs: sinceMs + 60_000 } }));
  await readToEnd(bus, options({ start: { kind: 'sequence', sequence: 6 } }));
});

test('a follower is caught up when it has handled what was stored before, and goes on', async () => {
  await publish('a', items(100));
  await using follower = follow(bus, options());
  await follower.untilCaughtUp();
  expect(seen).toHaveLength(100);
  await publish('b', ['after']);
  await follower.untilCaughtUp();
  expect(seen.at(-1)).toBe('after');
});

test('slow handling is waited for, one message at a time', async () => {
  await publish('a', items(20));
  let open = 0;
  const onMessage: FollowOptions['onMessage'] = async ({ octets }) => {
    open++;
    await new Promise(setImmediate);
    expect(open).toBe(1);
    open--;
    seen.push(...decode(octets));
  };
  await readToEnd(bus, options({ onMessage, lookAhead: 4 }));
  expect(seen).toHaveLength(20);
});

test('what cannot be handled does not end the reading', async () => {
  await publish('a', ['bad', 'good']);
  const onMessage: FollowOptions['onMessage'] = ({ octets }) => {
    const batch = decode(octets);
    if (batch.includes('bad')) throw new Error('no');
    seen.push(...batch);
  };
  await readToEnd(bus, options({ onMessage }));
  expect(seen).toEqual(['good']);
});

test('nothing is left out or repeated over lost connections, a lost consumer and a killed server', async () => {
  await using follower = follow(bus, options());
  await publish('a', items(50, 'before'));
  await follower.untilCaughtUp();
  // It may be over before anybody could look.
  const lost = new Promise<string>((resolve) => bus.onStatus(resolve));
  await bus.connection.reconnect();
  expect(await lost).toBe('disconnected');
  await bus.untilConnected();
  await publish('a', items(50, 'reconnected'));
  await follower.untilCaughtUp();
  const { consumers } = await bus.api<{ consumers: string[] }>(`CONSUMER.NAMES.${stream()}`);
  for (const name of consumers) await bus.api(`CONSUMER.DELETE.${stream()}.${name}`);
  await publish('a', items(50, 'forgotten'));
  await follower.untilCaughtUp();
  await server.kill();
  await server.restart();
  await bus.untilConnected();
  await publish('a', items(50, 'restarted'));
  await follower.untilCaughtUp();
  const all = ['before', 'reconnected', 'forgotten', 'restarted'].flatMap((at) => items(50, at));
  expect([...seen].sort()).toEqual(all.sort());
});

test('when the server has lost what was read last, reading begins anew before it', async () => {
  await publish('a', ['kept', 'lost']);
  await using follower = follow(bus, options());
  await follower.untilCaughtUp();
  // Like a tail that never reached the disk: the last sequence comes a second time.
  await bus.api(`STREAM.DELETE.${stream()}`);
  await applyTopology(bus, { streams: [{ ...work, ...likeEvents, name: stream() }] });
  await bus.api(`STREAM.PURGE.${stream()}`);
  await publish('a', ['kept', 'new']);
  await follower.untilCaughtUp();
  expect(seen).toContain('new');
});

test('being caught up does not wait for what was purged meanwhile', async () => {
  await publish('a', items(5));
  await publish('other', ['x']);
  expect(await purgeBelow(bus, stream(), { filterSubject: 'work.a', sequence: 6 })).toBe(5);
  await readToEnd(bus, options());
  expect(seen).toEqual([]);
});

test('a disposed follower leaves no consumer behind', async () => {
  const follower = follow(bus, options());
  await follower.untilCaughtUp();
  await follower[Symbol.asyncDispose]();
  const { consumers } = await bus.api<{ consumers: string[] }>(`CONSUMER.NAMES.${stream()}`);
  expect(consumers).toEqual([]);
  await expect(follower.untilCaughtUp()).rejects.toMatchObject({ name: 'TransientError' });
});
