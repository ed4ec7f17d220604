// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  decodeSubmitBatch,
  encodeSubmitBatch,
  type ConsumerDefinition,
  type SubmitItem,
} from '@sendium/contracts';
import { eventually, startNatsServer, type NatsServer } from '@sendium/testkit';
import {
  applyTopology,
  connectBus,
  consumeBatches,
  createPublisher,
  TerminalError,
  TransientError,
  type BatchConsumer,
  type Bus,
  type ConsumeOptions,
  type DeadDelivery,
  type Publisher,
} from './index.ts';
import {
  channel,
  decode,
  freshStream,
  items,
  messagesIn,
  reader,
  sourceOf,
  stream,
} from './test-streams.fixture.ts';

let server: NatsServer;
let bus: Bus;
let publisher: Publisher;

beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  bus = await connectBus({ url: server.url, name: 'consumer-test' });
  publisher = createPublisher(bus);
  await freshStream(bus);
});
afterEach(async () => {
  await publisher[Symbol.asyncDispose]();
  await bus[Symbol.asyncDispose]();
});

const lanes = (...consumers: ConsumerDefinition[]): Promise<void> =>
  applyTopology(bus, { consumers });

interface Seen {
  readonly handled: string[];
  readonly dead: DeadDelivery<string>[];
}

function consume(
  over: Partial<ConsumeOptions<string>>,
  seen: Seen = { handled: [], dead: [] },
): BatchConsumer & Seen {
  const consumer = consumeBatches(bus, {
    sources: [sourceOf(reader('a'))],
    decode,
    handle: async (item) => void seen.handled.push(item),
    deadLetter: async (dead) => void seen.dead.push(dead),
    maxItemsInHand: 100,
    ...over,
  });
  return Object.assign(consumer, seen);
}

/** The server's own wait is of no help: what comes again was given back. */
const neverAgain = { ackWaitMs: 600_000 };

const publishAll = (lane: string, list: readonly string[]): Promise<unknown> =>
  Promise.all(list.map((item) => publisher.publish(channel(`work.${lane}`), item)));

/** A gate that work waits at. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

test('every item is handled once and the batches are gone afterwards', async () => {
  await lanes(reader('a'));
  await publishAll('a', items(300));
  await using consumer = consume({});
  await eventually(() => expect(consumer.handled).toHaveLength(300));
  expect([...consumer.handled].sort()).toEqual(items(300).sort());
  await eventually(async () => expect(await messagesIn(bus)).toBe(0));
});

test('a batch is acknowledged only when its last item is done', async () => {
  await lanes(reader('a'));
  await publishAll('a', items(3));
  const last = gate();
  await using consumer = consume({
    handle: (item) => (item === 'item-2' ? last.opened : Promise.resolve()),
  });
  await eventually(() => expect(consumer.itemsInHand).toBe(1));
  await bus.connection.flush();
  expect(await messagesIn(bus)).toBe(1);
  last.open();
  await eventually(async () => expect(await messagesIn(bus)).toBe(0));
});

test('a poisoned item goes to DEAD with its reason and its neighbours go on', async () => {
  await lanes(reader('a'));
  await publishAll('a', ['before', 'terminal', 'bug', 'after']);
  const seen: Seen = { handled: [], dead: [] };
  let triesOfBug = 0;
  await using consumer = consume(
    {
      handle: async (item) => {
        if (item === 'terminal') throw new TerminalError('no such country');
        if (item === 'bug') {
          triesOfBug++;
          throw new TypeError('undefined is not a function');
        }
        seen.handled.push(item);
      },
    },
    seen,
  );
  await eventually(() => expect(consumer.dead).toHaveLength(2));
  await eventually(async () => expect(await messagesIn(bus)).toBe(0));
  expect(consumer.handled).toEqual(['before', 'after']);
  expect(consumer.dead.map(({ reason }) => reason).sort()).toEqual([
    'TerminalError: no such country',
    'TypeError: undefined is not a function',
  ]);
  expect(triesOfBug).toBe(3);
});

test('a batch that cannot be decoded goes to DEAD as it is', async () => {
  await lanes(reader('a'));
  await bus.connection.request('work.a', 'no JSON');
  await publishAll('a', ['neighbour']);
  await using consumer = consume({});
  await eventually(() => expect(consumer.dead).toHaveLength(1));
  await eventually(() => expect(consumer.handled).toEqual(['neighbour']));
  const [dead] = consumer.dead;
  expect(dead?.kind === 'batch' && Buffer.from(dead.octets).toString()).toBe('no JSON');
  await eventually(async () => expect(await messagesIn(bus)).toBe(0));
});

test('an item that cannot be decoded goes to DEAD alone, as a batch that can be replayed', async () => {
  await lanes(reader('a'));
  const submit = (id: string): SubmitItem => ({
    message: {
      ...{
        id: id as SubmitItem['message']['id'],
        account: 'demo',
        lane: 'normal',
        metadata: {},
        encoding: 'gsm7',
      },
      ...{ to: { ton: 1, npi: 1, value: '447700900123' }, from: { ton: 5, npi: 0, value: 'A' } },
      body: { kind: 'text', text: 'x', encoding: 'auto', flash: false },
      ...{ maxSegments: 1, segments: 1, acceptedAtMs: 1, expiresAtMs: 2 },
      ...{ deliveryReport: 'final', origin: { ingress: 'http' } },
    },
    ...{ attempt: 0, history: [], partsDone: [] },
  });
  const good = ['0193a1c2d3e47abc8def0123456789ab', '0193a1c2d3e47abc8def0123456789ac'];
  const batch = [good[0]!, 'nonsense', good[1]!, ''].map(submit);
  await bus.connection.request('work.a', encodeSubmitBatch(batch, 'test'));
  await using consumer = consume({
    decode: (octets) => decodeSubmitBatch(octets).map(({ message }) => message.id),
  });
  await eventually(async () => expect(await messagesIn(bus)).toBe(0));
  expect(consumer.handled).toEqual(good);
  const octets = consumer.dead.map((dead) => (dead.kind === 'batch' ? dead.octets : undefined));
  expect(octets).toEqual(['nonsense', ''].map((id) => encodeSubmitBatch([submit(id)], 'test')));
  expect(consumer.itemsInHand).toBe(0);
});

test('a dead letter that cannot be written holds its batch until it can', async () => {
  await lanes(reader('a'));
  await publishAll('a', ['terminal']);
  let tries = 0;
  await using consumer = consume({
    handle: () => Promise.reject(new TerminalError('never')),
    deadLetter: async () => {
      if (++tries < 3) throw new Error('DEAD is not there');
      expect(await messagesIn(bus)).toBe(1);
    },
  });
  await eventually(async () => expect(await messagesIn(bus)).toBe(0));
  expect(tries).toBe(3);
  expect(consumer.itemsInHand).toBe(0);
});

test('what fails for now is tried again in place until it succeeds', async () => {
  await lanes(reader('a'));
  await publishAll('a', ['one']);
  let tries = 0;
  await using consumer = consume({
    handle: async () => {
      if (++tries < 5) throw new TransientError('not yet');
    },
  });
  await eventually(async () => expect(await messagesIn(bus)).toBe(0));
  expect(tries).toBe(5);
  expect(consumer.dead).toEqual([]);
});

test('slow work is kept alive: nobody else gets it', async () => {
  await lanes(reader('a', { ackWaitMs: 2000 }));
  await publishAll('a', ['slow']);
  const slow = gate();
  let handed = 0;
  const handle = async (): Promise<void> => {
    handed++;
    await slow.opened;
  };
  await using one = consume({ handle, keepAliveMs: 200 });
  await using two = consume({ handle, keepAliveMs: 200 });
  let signs = 0;
  bus.subscribe(`$JS.ACK.${stream()}.reader-a.>`, () => signs++);
  // One each quarter of a second: for longer than the server waits.
  await eventually(() => expect(signs).toBe(12));
  expect(handed).toBe(1);
  slow.open();
  await eventually(async () => expect(await messagesIn(bus)).toBe(0));
  expect(one.batchesHeld + two.batchesHeld).toBe(0);
});

test('no more items are in hand than allowed, and the look-ahead is bounded', async () => {
  await lanes(reader('a'));
  for (let i = 0; i < 50; i++) await publishAll('a', items(20, `batch-${i}`));
  const hold = gate();
  await using consumer = consume({
    handle: () => hold.opened,
    maxItemsInHand: 30,
    lookAheadBatches: 4,
  });
  await eventually(() => expect(consumer.itemsInHand).toBe(30));
  await bus.connection.flush();
  expect(consumer.itemsInHand).toBe(30);
  // Two batches are begun; at most four wait.
  expect(consumer.batchesHeld).toBeLessThanOrEqual(6);
  hold.open();
  await eventually(async () => expect(await messagesIn(bus)).toBe(0));
});

test('a flood in bulk delays priority by no more than what is in hand', async () => {
  const [priority, bulk] = [reader('priority'), reader('bulk')];
  await lanes(priority, bulk);
  await publishAll('bulk', items(2000, 'bulk'));
  const order: string[] = [];
  const first = gate();
  await using consumer = consume({
    sources: [sourceOf(priority), sourceOf(bulk)],
    maxItemsInHand: 10,
    handle: async (item) => {
      order.push(item);
      await first.opened;
      await new Promise(setImmediate);
    },
  });
  await eventually(() => expect(order).toHaveLength(10));
  await publishAll('priority', items(5, 'urgent'));
  await eventually(() => expect(consumer.batchesHeld).toBeGreaterThan(1));
  await eventually(async () => {
    const info = await bus.api<{ num_pending: number }>(
      `CONSUMER.INFO.${stream()}.reader-priority`,
    );
    expect(info.num_pending).toBe(0);
  });
  first.open();
  await eventually(async () => expect(await messagesIn(bus)).toBe(0));
  expect(order.slice(0, 10).every((item) => item.startsWith('bulk'))).toBe(true);
  expect(order.slice(10, 15)).toEqual(items(5, 'urgent'));
});

test('sources of the same level take turns', async () => {
  await lanes(reader('a'), reader('b'));
  await publishAll('a', items(100, 'a'));
  await publishAll('b', items(100, 'b'));
  const order: string[] = [];
  const hold = gate();
  await using consumer = consume({
    sources: [
      { ...sourceOf(reader('a')), level: 0 },
      { ...sourceOf(reader('b')), level: 0 },
    ],
    maxItemsInHand: 2,
    handle: async (item) => {
      order.push(item);
      await hold.opened;
      await new Promise(setImmediate);
    },
  });
  await eventually(() => expect(consumer.batchesHeld).toBe(4));
  hold.open();
  await eventually(() => expect(order).toHaveLength(200));
  const fromA = order.slice(10, 110).filter((item) => item.startsWith('a')).length;
  expect(fromA).toBeGreaterThan(40);
  expect(fromA).toBeLessThan(60);
});

test('disposing finishes what is begun and gives back the rest at once', async () => {
  await lanes(reader('a', neverAgain));
  for (let i = 0; i < 10; i++) await publishAll('a', items(5, `batch-${i}`));
  const hold = gate();
  const seen: Seen = { handled: [], dead: [] };
  const stopping = consume(
    {
      maxItemsInHand: 3,
      handle: async (item) => {
        await hold.opened;
        seen.handled.push(item);
      },
    },
    seen,
  );
  await eventually(() => expect(stopping.batchesHeld).toBeGreaterThanOrEqual(8));
  const stopped = stopping[Symbol.asyncDispose]();
  await using successor = consume({});
  await eventually(() => expect(successor.handled).toHaveLength(45));
  hold.open();
  await stopped;
  expect(seen.handled.sort()).toEqual(items(5, 'batch-0').sort());
  await eventually(async () => expect(await messagesIn(bus)).toBe(0));
});

test('readers that come and go at any moment leave nothing behind that has to be waited for', async () => {
  await lanes(reader('a', neverAgain));
  const expected: string[] = [];
  const publishing: PromiseLike<unknown>[] = [];
  const seen: Seen = { handled: [], dead: [] };
  for (let round = 0; round < 60; round += 1) {
    const more = items(10, `round-${round}`);
    expected.push(...more);
    publishing.push(publishAll('a', more));
    const consumer = consume({ lookAheadBatches: 2, maxItemsInHand: 5 }, seen);
    // Deliveries are under way when it ends: nothing is waited for, or a little.
    if (round % 3 > 0) await bus.connection.flush();
    for (let turn = 0; turn < round % 7; turn += 1) await new Promise(setImmediate);
    const stopped = consumer[Symbol.asyncDispose]();
    if (round % 2 === 0) await stopped;
    else publishing.push(stopped);
  }
  await Promise.all(publishing);
  await using last = consume({}, seen);
  await eventually(async () => expect(await messagesIn(bus)).toBe(0));
  expect(last.dead).toEqual([]);
  expect(new Set(seen.handled)).toEqual(new Set(expected));
});

test('what is not done within the time of draining is given back', async () => {
  await lanes(reader('a', neverAgain));
  await publishAll('a', ['stuck', 'done']);
  const stuck = consume({
    drainMs: 50,
    handle: (item) => (item === 'stuck' ? new Promise(() => undefined) : Promise.resolve()),
  });
  await eventually(() => expect(stuck.itemsInHand).toBe(1));
  await stuck[Symbol.asyncDispose]();
  await using successor = consume({});
  await eventually(() => expect([...successor.handled].sort()).toEqual(['done', 'stuck']));
});

test('an item that fails for ever does not hold up the stop', async () => {
  await lanes(reader('a', neverAgain));
  await publishAll('a', ['one']);
  const failing = consume({ drainMs: 50, handle: () => Promise.reject(new TransientError('no')) });
  await eventually(() => expect(failing.itemsInHand).toBe(1));
  await failing[Symbol.asyncDispose]();
  await using successor = consume({});
  await eventually(() => expect(successor.handled).toEqual(['one']));
});

test('a paused consumer gives back what is not begun and goes on when resumed', async () => {
  await lanes(reader('a', neverAgain));
  await using consumer = consume({});
  await consumer.pause();
  await publishAll('a', items(10));
  await using other = consume({});
  await eventually(() => expect(other.handled).toHaveLength(10));
  expect(consumer.handled).toEqual([]);
  await other.pause();
  await consumer.resume();
  await publishAll('a', ['after']);
  await eventually(() => expect(consumer.handled).toEqual(['after']));
});

test('a consumer that is made later, or deleted and made again, is read', async () => {
  await using consumer = consume({});
  await lanes(reader('a'));
  await publishAll('a', ['one']);
  await eventually(() => expect(consumer.handled).toEqual(['one']));
  await bus.api(`CONSUMER.DELETE.${stream()}.reader-a`);
  await publishAll('a', ['two']);
  await lanes(reader('a'));
  await eventually(() => expect(consumer.handled).toEqual(['one', 'two']));
});

test('nothing is handed out before the preparation is done, at the start and after a reconnect', async () => {
  await lanes(reader('a'));
  await publishAll('a', ['one']);
  const gates = [gate(), gate()];
  let prepared = 0;
  await using consumer = consume({ beforePull: () => gates[prepared++]!.opened });
  await bus.connection.flush();
  expect(consumer.handled).toEqual([]);
  gates[0]!.open();
  await eventually(() => expect(consumer.handled).toEqual(['one']));
  await bus.connection.reconnect();
  await eventually(() => expect(prepared).toBe(2));
  await bus.untilConnected();
  await publishAll('a', ['two']);
  expect(consumer.handled).toEqual(['one']);
  gates[1]!.open();
  await eventually(() => expect(consumer.handled).toEqual(['one', 'two']));
});

test('a consumer may be paused, woken and disposed of all at once', async () => {
  await lanes(reader('a'));
  await publishAll('a', ['one']);
  for (let round = 0; round < 20; round += 1) {
    const consumer = consume({});
    if (round % 2 === 1) void consumer.resume();
    void consumer.pause();
    // The pause has begun, and is about to be over.
    await Promise.resolve();
    await bus.connection.flush();
    for (let step = 0; step < round; step += 1) await Promise.resolve();
    await consumer[Symbol.asyncDispose]();
  }
  await using consumer = consume({});
  await publishAll('a', ['two']);
  await eventually(() => expect(consumer.handled).toContain('two'));
});
