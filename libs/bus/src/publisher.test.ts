// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { StreamDefinition } from '@sendium/contracts';
import { eventually, startNatsServer, type NatsServer } from '@sendium/testkit';
import {
  connectBus,
  createPublisher,
  OverloadedError,
  QueueFullError,
  TerminalError,
  UnavailableError,
  type Bus,
} from './index.ts';
import {
  channel,
  dropStream,
  freshStream as freshWork,
  items,
  storedBatches,
} from './test-streams.fixture.ts';

let server: NatsServer;
let bus: Bus;

beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  bus = await connectBus({ url: server.url, name: 'publisher-test' });
});
afterEach(() => bus[Symbol.asyncDispose]());

const freshStream = (over: Partial<StreamDefinition> = {}): Promise<void> =>
  freshWork(bus, { maxMessagesPerSubject: 3, ...over });

test('an item that is alone leaves at once and is stored when publish resolves', async () => {
  await freshStream();
  await using publisher = createPublisher(bus);
  await publisher.publish(channel('work.a'), 'one');
  expect(await storedBatches(bus)).toEqual([['one']]);
  expect(publisher.pendingItems).toBe(0);
});

test('what arrives while a batch is under way gathers and leaves together', async () => {
  await freshStream();
  await using publisher = createPublisher(bus);
  const first = publisher.publish(channel('work.a'), 'first');
  await new Promise(setImmediate);
  await Promise.all([
    first,
    ...items(10).map((item) => publisher.publish(channel('work.a'), item)),
  ]);
  expect(await storedBatches(bus)).toEqual([['first'], items(10)]);
});

test('a batch holds no more than its bounds in items and in octets', async () => {
  await freshStream({ maxMessagesPerSubject: 100 });
  await using publisher = createPublisher(bus, { maxBatchItems: 4, maxBatchBytes: 100 });
  await Promise.all(items(9).map((item) => publisher.publish(channel('work.a'), item)));
  const long = 'x'.repeat(60);
  await Promise.all([long, long, long].map((item) => publisher.publish(channel('work.b'), item)));
  const sizes = (await storedBatches(bus)).map((batch) => batch.length);
  expect(sizes.sort()).toEqual([1, 1, 1, 1, 4, 4]);
});

test('an item that cannot be encoded fails alone', async () => {
  await freshStream();
  await using publisher = createPublisher(bus);
  const all = ['a', 'b', 'poison', 'c'].map((item) => publisher.publish(channel('work.a'), item));
  const results = await Promise.allSettled(all);
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  await expect(all[2]).rejects.toBeInstanceOf(TerminalError);
  expect((await storedBatches(bus)).flat().sort()).toEqual(['a', 'b', 'c']);
});

test('an item larger than the server takes is refused and does not harm its neighbours', async () => {
  await freshStream();
  await using publisher = createPublisher(bus);
  const huge = publisher.publish(channel('work.a'), 'x'.repeat(bus.maxPayload));
  const neighbour = publisher.publish(channel('work.a'), 'small');
  await expect(huge).rejects.toBeInstanceOf(TerminalError);
  await neighbour;
  expect(await storedBatches(bus)).toEqual([['small']]);
});

test('a full subject refuses its own items only', async () => {
  await freshStream();
  await using publisher = createPublisher(bus, { maxBatchItems: 1 });
  await Promise.all(items(3).map((item) => publisher.publish(channel('work.a'), item)));
  const refused = publisher.publish(channel('work.a'), 'too much');
  await expect(refused).rejects.toMatchObject({
    name: 'QueueFullError',
    subject: 'work.a',
    full: 'subject',
    mayBeStored: false,
  });
  await publisher.publish(channel('work.b'), 'neighbour');
});

test('a full stream is told apart from a full subject', async () => {
  const limits = { discardNewPerSubject: false, retention: 'limits', maxBytes: 300 } as const;
  await freshStream({ ...limits, maxMessagesPerSubject: -1 });
  await using publisher = createPublisher(bus);
  const long = 'x'.repeat(150);
  await publisher.publish(channel('work.a'), long);
  await expect(publisher.publish(channel('work.a'), long)).rejects.toMatchObject({
    full: 'stream',
  });
  await expect(publisher.publish(channel('work.a'), long)).rejects.toBeInstanceOf(QueueFullError);
});

test('nothing is taken beyond the bounds in items and octets', async () => {
  await freshStream();
  await using publisher = createPublisher(bus, { maxPendingItems: 5, maxPendingBytes: 1000 });
  const taken = items(5).map((item) => publisher.publish(channel('work.a'), item));
  await expect(publisher.publish(channel('work.b'), 'sixth')).rejects.toBeInstanceOf(
    OverloadedError,
  );
  expect(publisher.hasRoomFor(1, 1)).toBe(false);
  await Promise.all(taken);
  const large = publisher.publish(channel('work.a'), 'x'.repeat(990));
  await expect(publisher.publish(channel('work.a'), 'x'.repeat(90))).rejects.toMatchObject({
    name: 'OverloadedError',
    pendingItems: 1,
  });
  await large;
  expect((await storedBatches(bus)).flat()).toHaveLength(6);
});

test('a publisher that waits takes everything in the end, never more than its bounds at a time', async () => {
  await freshStream({ maxMessagesPerSubject: 1000 });
  await using publisher = createPublisher(bus, { maxPendingItems: 7, whenFull: 'wait' });
  let most = 0;
  await Promise.all(
    items(100).map(async (item) => {
      const published = publisher.publish(channel('work.a'), item);
      most = Math.max(most, publisher.pendingItems);
      await published;
      most = Math.max(most, publisher.pendingItems);
    }),
  );
  expect(most).toBe(7);
  expect((await storedBatches(bus)).flat().sort()).toEqual(items(100).sort());
});

test('an equal batch that is published again is stored again', async () => {
  await freshStream();
  await using publisher = createPublisher(bus);
  await publisher.publish(channel('work.a'), 'again');
  await publisher.publish(channel('work.a'), 'again');
  expect(await storedBatches(bus)).toEqual([['again'], ['again']]);
});

test('disposing stores what was taken before', async () => {
  await freshStream();
  const publisher = createPublisher(bus);
  const published = items(100).map((item) => publisher.publish(channel('work.a'), item));
  await publisher[Symbol.asyncDispose]();
  await Promise.all(published);
  expect((await storedBatches(bus)).flat()).toHaveLength(100);
  await expect(publisher.publish(channel('work.a'), 'late')).rejects.toBeInstanceOf(
    UnavailableError,
  );
});

test('a publisher with a bound gives up when no stream takes the subject; one without goes on', async () => {
  await dropStream(bus);
  await using patient = createPublisher(bus);
  await using hasty = createPublisher(bus, { retry: { untilMs: 300 } });
  const kept = patient.publish(channel('work.a'), 'kept');
  await expect(hasty.publish(channel('work.a'), 'lost')).rejects.toMatchObject({
    name: 'UnavailableError',
    mayBeStored: false,
  });
  await freshStream();
  await kept;
  expect(await storedBatches(bus)).toEqual([['kept']]);
});

test('an unanswered publish is sent again, the same octets under the same id', async () => {
  const seen: { id: string | undefined; text: string }[] = [];
  bus.subscribe('silent.a', (message) => {
    seen.push({ id: message.headers?.get('Nats-Msg-Id'), text: message.string() });
    if (seen.length > 2) message.respond('{"stream":"X","seq":1}');
  });
  await using publisher = createPublisher(bus);
  const first = publisher.publish(channel('silent.a'), 'first');
  await eventually(() => expect(seen).toHaveLength(1));
  const gathered = publisher.publish(channel('silent.a'), 'gathered');
  await Promise.all([first, gathered]);
  expect(seen[0]?.id).toBeTruthy();
  expect(seen[0]).toMatchObject({ text: '["first"]' });
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[2]).toEqual(seen[0]);
  expect(seen[3]?.text).toBe('["gathered"]');
  expect(seen[3]?.id).not.toBe(seen[0]?.id);
});

test('a channel may want smaller batches', async () => {
  await freshStream();
  await using publisher = createPublisher(bus);
  const single = { ...channel('work.a'), maxItems: 1 };
  await Promise.all(items(3).map((item) => publisher.publish(single, item)));
  expect((await storedBatches(bus)).map((batch) => batch.length)).toEqual([1, 1, 1]);
});

test('publishing goes on over a kill -9 and a restart of the server, each item once', async () => {
  await using own = await startNatsServer({ syncInterval: 'always' });
  await using other = await connectBus({ url: own.url, name: 'publisher-restart' });
  await freshWork(other);
  await using publisher = createPublisher(other, { whenFull: 'wait', maxPendingItems: 200 });
  let done = 0;
  const all = items(5000).map((item) =>
    publisher.publish(channel('work.a'), item).then(() => done++),
  );
  await eventually(() => expect(done).toBeGreaterThan(500));
  await own.kill();
  await own.restart();
  await Promise.all(all);
  const stored = (await storedBatches(other)).flat();
  expect(stored).toHaveLength(5000);
  expect(new Set(stored).size).toBe(5000);
});
