// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { eventually, startNatsServer, type NatsServer } from '@sendium/testkit';
import {
  acquireLease,
  applyTopology,
  connectBus,
  openBucket,
  type Bus,
  type Lease,
} from './index.ts';

const ttlMs = 3000;
let server: NatsServer;
let bus: Bus;
let lost: string[];
let key: string;
let keys = 0;

beforeAll(async () => {
  server = await startNatsServer({ syncInterval: 'always' });
});
afterAll(() => server.stop());
beforeEach(async () => {
  bus = await connectBus({ url: server.url, name: 'lease-test' });
  key = `slot.sim.${++keys}`;
  await applyTopology(bus, {
    buckets: [
      { bucket: 'leases', history: 1, ttlMs },
      { bucket: 'records', history: 1 },
    ],
  });
  lost = [];
});
afterEach(() => bus[Symbol.asyncDispose]());

const acquire = (holder: string, by = bus): Promise<Lease | undefined> =>
  acquireLease({
    bucket: openBucket(by, 'leases'),
    records: openBucket(by, 'records'),
    key,
    holder,
    ttlMs,
    onLost: () => lost.push(holder),
  });

test('one of many gets the lease; released in order it is free at once', async () => {
  const all = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => acquire(holder)));
  const [held, ...more] = all.filter((lease) => lease !== undefined);
  expect(more).toEqual([]);
  expect(held).toMatchObject({ wasReleasedInOrder: true });
  expect(held!.isHeld()).toBe(true);
  await held!.release();
  expect(held!.isHeld()).toBe(false);
  const next = await acquire('e');
  expect(next).toMatchObject({ wasReleasedInOrder: true });
  await next!.release();
  expect(lost).toEqual([]);
});

test('a lease is renewed for as long as it is held', async () => {
  const lease = await acquire('a');
  const first = lease!.heldUntilMs;
  await eventually(() => expect(lease!.heldUntilMs - first).toBeGreaterThan(2 * ttlMs));
  expect(await acquire('b')).toBeUndefined();
  await lease!.release();
  expect(lost).toEqual([]);
});

test('a holder that is cut off loses the lease before another one can have it', async () => {
  const other = await connectBus({ url: server.url, name: 'lease-cut-off' });
  const lease = await acquire('a', other);
  let heldUntilMs = lease!.heldUntilMs;
  await other[Symbol.asyncDispose]();
  let next: Lease | undefined;
  await eventually(async () => {
    heldUntilMs = Math.max(heldUntilMs, lease!.heldUntilMs);
    next = await acquire('b');
    expect(next).toBeDefined();
  });
  expect(performance.now()).toBeGreaterThan(heldUntilMs);
  expect(lease!.isHeld()).toBe(false);
  expect(lost).toEqual(['a']);
  expect(next!.wasReleasedInOrder).toBe(false);
  await next!.release();
});

test('a lease lives over a short restart of the server', async () => {
  const lease = await acquire('a');
  await server.kill();
  await server.restart();
  const renewedBy = performance.now() + ttlMs;
  await eventually(() => expect(lease!.heldUntilMs).toBeGreaterThan(renewedBy));
  expect(lost).toEqual([]);
  await lease!.release();
});

test('a lease that was taken away is noticed at the next renewal', async () => {
  const lease = await acquire('a');
  await openBucket(bus, 'leases').put(key, 'somebody else');
  await eventually(() => expect(lost).toEqual(['a']));
  await lease!.release();
  expect(Buffer.from((await openBucket(bus, 'leases').get(key))!.value).toString()).toBe(
    'somebody else',
  );
});

test('the lease of a holder that is surely gone need not run out', async () => {
  const lease = await acquire('a');
  const isGone = (holder: string): boolean => holder === 'a';
  expect(await acquire('b')).toBeUndefined();
  const options = { key, holder: 'b', ttlMs, onLost: () => lost.push('b') };
  const next = await acquireLease({
    ...{ bucket: openBucket(bus, 'leases'), records: openBucket(bus, 'records') },
    ...options,
    isGone,
  });
  expect(next).toMatchObject({ previousEnd: 'gone', wasReleasedInOrder: false });
  await eventually(() => expect(lost).toEqual(['a']));
  await lease!.release();
  expect(next!.isHeld()).toBe(true);
  await next!.release();
});

test('who gives a lease back out of order leaves the record of the one before', async () => {
  const first = await acquire('a');
  await first!.release({ inOrder: false });
  const second = await acquire('b');
  expect(second).toMatchObject({ previousEnd: 'unknown' });
  await second!.claim();
  await second!.release();
  const third = await acquire('c');
  expect(third).toMatchObject({ previousEnd: 'released' });
  await third!.release();
});

test('while the end of the one before is in doubt, the end of who waits for it settles nothing', async () => {
  const record = async () =>
    Buffer.from((await openBucket(bus, 'records').get(key))!.value).toString();
  const first = await acquire('a');
  await first!.release({ inOrder: false });
  const second = await acquire('b');
  expect(await record()).toContain('"a"');
  await second!.release({ inOrder: false });
  const third = await acquire('c');
  expect(third).toMatchObject({ previousEnd: 'unknown' });
  await third!.claim();
  expect(await record()).toContain('"c"');
  await third!.release();
});

test('a release that comes after the lease has ended speaks for its own holding alone', async () => {
  const other = await connectBus({ url: server.url, name: 'lease-late' });
  const lease = await acquire('a', other);
  await openBucket(bus, 'leases').delete(key);
  await lease!.release();
  const second = await acquire('b');
  expect(second).toMatchObject({ previousEnd: 'released' });
  await lease!.release();
  await second!.release({ inOrder: false });
  const third = await acquire('c');
  expect(third).toMatchObject({ previousEnd: 'unknown' });
  await third!.release();
  await other[Symbol.asyncDispose]();
});
