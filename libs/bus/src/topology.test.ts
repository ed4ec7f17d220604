// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { gatewayTopology, requiredTopology } from '@sendium/contracts';
import { startNatsServer, type NatsServer } from '@sendium/testkit';
import {
  applyTopology,
  checkTopology,
  connectBus,
  consumerProgress,
  createPublisher,
  queueDepths,
  watchStoreUsage,
  type Bus,
} from './index.ts';
import { channel, items, reader, work } from './test-streams.fixture.ts';
import { isAtLeastVersion } from './topology.ts';

let server: NatsServer;
let bus: Bus;

beforeAll(async () => {
  server = await startNatsServer({ maxFileStore: '8GB' });
});
afterAll(() => server.stop());
beforeEach(async () => {
  bus = await connectBus({ url: server.url, name: 'topology-test' });
  const { streams } = await bus.api<{ streams: string[] | null }>('STREAM.NAMES');
  for (const name of streams ?? []) await bus.api(`STREAM.DELETE.${name}`);
});
afterEach(() => bus[Symbol.asyncDispose]());

const small = { streams: [work], consumers: [reader('a')] };

test('the topology of the gateway can be applied, again as well, and is right then', async () => {
  await applyTopology(bus, gatewayTopology());
  await applyTopology(bus, gatewayTopology());
  expect(await checkTopology(bus, gatewayTopology())).toEqual([]);
  expect(await checkTopology(bus, requiredTopology)).toEqual([]);
});

test('what is missing is named', async () => {
  const problems = await checkTopology(bus, small);
  expect(problems).toEqual([
    { object: 'stream WORK', field: 'existence', required: true, found: false },
    { object: 'consumer WORK/reader-a', field: 'existence', required: true, found: false },
  ]);
});

test('less than required is named, more is well', async () => {
  await applyTopology(bus, small);
  const lessOf = { ...work, maxMessagesPerSubject: 50, allowSchedules: false };
  expect(await checkTopology(bus, { streams: [lessOf] })).toEqual([]);
  const moreOf = { ...work, maxMessagesPerSubject: 200_000, subjects: ['work.*', 'more.*'] };
  const problems = await checkTopology(bus, { streams: [moreOf] });
  expect(problems.map(({ field }) => field)).toEqual(['subjects', 'max_msgs_per_subject']);
  const slower = await checkTopology(bus, { consumers: [reader('a', { ackWaitMs: 60_000 })] });
  expect(slower.map(({ field }) => field)).toEqual(['ack_wait']);
});

test('a setting that the server did not take is found when it is read back', async () => {
  await applyTopology(bus, { streams: [{ ...work, discardNewPerSubject: false }] });
  const problems = await checkTopology(bus, { streams: [work] });
  expect(problems).toEqual([
    expect.objectContaining({ object: 'stream WORK', field: 'discard_new_per_subject' }),
  ]);
});

test('applying changes what has changed and keeps what is stored', async () => {
  await applyTopology(bus, small);
  await using publisher = createPublisher(bus);
  await publisher.publish(channel('work.a'), 'kept');
  const changed = {
    streams: [{ ...work, maxMessagesPerSubject: 7 }],
    consumers: [reader('a', { maxAckPending: 9 })],
  };
  await applyTopology(bus, changed);
  expect(await checkTopology(bus, changed)).toEqual([]);
  expect(await queueDepths(bus, 'WORK')).toEqual(new Map([['work.a', 1]]));
});

test('versions compare by number', () => {
  expect(isAtLeastVersion('2.12.0', '2.12.0')).toBe(true);
  expect(isAtLeastVersion('2.12.15', '2.12.9')).toBe(true);
  expect(isAtLeastVersion('3.0.0-RC.1', '2.12.0')).toBe(true);
  expect(isAtLeastVersion('2.11.9', '2.12.0')).toBe(false);
  expect(isAtLeastVersion('2.2.0', '2.12.0')).toBe(false);
});

test('depth of queues, progress of consumers and use of the store can be read', async () => {
  const stream = 'DEPTH';
  await applyTopology(bus, {
    streams: [{ ...work, name: stream }],
    consumers: [reader('a', { stream })],
  });
  await using publisher = createPublisher(bus, { maxBatchItems: 1 });
  await Promise.all(items(3).map((item) => publisher.publish(channel('work.a'), item)));
  await publisher.publish(channel('work.b'), 'x'.repeat(10_000));
  expect(await queueDepths(bus, stream)).toEqual(
    new Map([
      ['work.a', 3],
      ['work.b', 1],
    ]),
  );
  expect(await consumerProgress(bus, { stream, durable: 'reader-a' })).toEqual({
    waiting: 3,
    inHand: 0,
    ackFloor: 0,
  });
  using usage = watchStoreUsage(bus, { storeBytes: 100_000 });
  await usage.refresh();
  expect(usage.usedBytes).toBeGreaterThan(10_000);
  expect(usage.fraction).toBeCloseTo(usage.usedBytes / 100_000);
  using unknown = watchStoreUsage(bus);
  await unknown.refresh();
  expect(unknown.fraction).toBe(0);
});
