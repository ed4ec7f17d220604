// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { eventually, startNatsServer, type NatsServer } from '@sendium/testkit';
import { applyTopology, connectBus, openBucket, type Bus, type KeyValueBucket } from './index.ts';

let server: NatsServer;
let bus: Bus;
let bucket: KeyValueBucket;
let name: string;
let buckets = 0;

beforeAll(async () => {
  server = await startNatsServer({ syncInterval: 'always' });
});
afterAll(() => server.stop());
beforeEach(async () => {
  bus = await connectBus({ url: server.url, name: 'kv-test' });
  name = `test-${++buckets}`;
  await applyTopology(bus, { buckets: [{ bucket: name, history: 4 }] });
  bucket = openBucket(bus, name);
});
afterEach(() => bus[Symbol.asyncDispose]());

const text = async (key: string): Promise<string | undefined> => {
  const entry = await bucket.get(key);
  return entry === undefined ? undefined : Buffer.from(entry.value).toString();
};

test('a value is there with its revision once put resolves, until it is deleted', async () => {
  expect(await text('a')).toBeUndefined();
  const revision = await bucket.put('a', 'one');
  expect(await bucket.get('a')).toMatchObject({ key: 'a', revision });
  expect(await text('a')).toBe('one');
  expect(await bucket.delete('a')).toBe(true);
  expect(await text('a')).toBeUndefined();
});

test('only one of two can create a key; a deleted one can be created again', async () => {
  const created = await Promise.all([bucket.create('a', 'one'), bucket.create('a', 'two')]);
  expect(created.filter((revision) => revision !== undefined)).toHaveLength(1);
  await bucket.delete('a');
  expect(await bucket.create('a', 'three')).toBeGreaterThan(0);
  expect(await text('a')).toBe('three');
});

test('an update or a delete against another revision changes nothing', async () => {
  const first = await bucket.put('a', 'one');
  const second = await bucket.update('a', 'two', first);
  expect(second).toBeGreaterThan(first);
  expect(await bucket.update('a', 'late', first)).toBeUndefined();
  expect(await bucket.delete('a', first)).toBe(false);
  expect(await text('a')).toBe('two');
});

test('the keys of a prefix are listed, with one token behind it', async () => {
  for (const key of ['place.a.0', 'place.a.1', 'place.b.0', 'place.a', 'place.a.1.x']) {
    await bucket.put(key, 'taken');
  }
  expect([...(await bucket.listKeys('place.a'))].sort()).toEqual(['place.a.0', 'place.a.1']);
  expect(await bucket.listKeys('place.c')).toEqual([]);
});

test('a watch gives what is in force first, then each change, also over a restart of the server', async () => {
  await bucket.put('a', 'old');
  await bucket.put('a', 'in force');
  await bucket.put('b', 'gone');
  await bucket.delete('b');
  const seen: string[] = [];
  const watch = await bucket.watch('>', (entry, key) => {
    seen.push(`${key}=${entry === undefined ? 'none' : Buffer.from(entry.value).toString()}`);
  });
  expect(seen).toEqual(['a=in force', 'b=none']);
  await bucket.put('c', 'new');
  await eventually(() => expect(seen.slice(2)).toEqual(['c=new']));
  await server.kill();
  await server.restart();
  await bus.untilConnected();
  await bucket.put('a', 'changed');
  await bucket.delete('c');
  await eventually(() => expect(seen.slice(3)).toEqual(['a=changed', 'c=none']));
  await watch[Symbol.asyncDispose]();
});

test('a change made while the watcher was cut off reaches it when it is back', async () => {
  const seen: string[] = [];
  await using other = await connectBus({ url: server.url, name: 'kv-writer' });
  const watch = await bucket.watch('a', (entry) => {
    seen.push(entry === undefined ? 'none' : Buffer.from(entry.value).toString());
  });
  await bus.connection.reconnect();
  await openBucket(other, name).put('a', 'meanwhile');
  await eventually(() => expect(seen).toEqual(['meanwhile']));
  await watch[Symbol.asyncDispose]();
});
