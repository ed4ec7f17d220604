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

const ttlMs = 1500;
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
