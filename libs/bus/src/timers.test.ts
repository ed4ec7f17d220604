// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { gatewayTopology, streams, type ConsumerDefinition } from '@sendium/contracts';
import { eventually, startNatsServer, type NatsServer } from '@sendium/testkit';
import {
  applyTopology,
  cancelLater,
  connectBus,
  consumeBatches,
  scheduleLater,
  type Bus,
} from './index.ts';
import { decode, messagesIn } from './test-streams.fixture.ts';

let server: NatsServer;
let bus: Bus;

const due: ConsumerDefinition = {
  stream: streams.later,
  durable: 'due-reader',
  filterSubject: 'due.webhook.acme',
  ackWaitMs: 15_000,
  maxAckPending: 100,
};

beforeAll(async () => {
  server = await startNatsServer({ syncInterval: 'always', maxFileStore: '8GB' });
});
afterAll(() => server.stop());
beforeEach(async () => {
  bus = await connectBus({ url: server.url, name: 'timers-test' });
  await applyTopology(bus, gatewayTopology());
  await bus.api(`STREAM.PURGE.${streams.later}`);
  await applyTopology(bus, { consumers: [due] });
});
afterEach(() => bus[Symbol.asyncDispose]());

const set = (id: string, inMs: number, item = id): Promise<void> =>
  scheduleLater(bus, {
    id,
    atMs: Date.now() + inMs,
    targetSubject: due.filterSubject,
    octets: Buffer.from(JSON.stringify([item])),
  });

function fired(): { readonly seen: string[] } & AsyncDisposable {
  const seen: string[] = [];
  const consumer = consumeBatches<string>(bus, {
    sources: [due],
    decode,
    handle: async (item) => void seen.push(item),
    deadLetter: () => Promise.reject(new Error('no dead letter expected')),
    maxItemsInHand: 10,
  });
  return { seen, [Symbol.asyncDispose]: () => consumer[Symbol.asyncDispose]() };
}

test('a timer fires once, at its time, into its target', async () => {
  const beganAtMs = Date.now();
  await set('t1', 1000);
  await using reader = fired();
  await eventually(() => expect(reader.seen).toEqual(['t1']));
  expect(Date.now() - beganAtMs).toBeGreaterThanOrEqual(1000);
  await eventually(async () => expect(await messagesIn(bus, streams.later)).toBe(0));
});

test('a timer of the past fires at once', async () => {
  await set('t2', -60_000);
  await using reader = fired();
  await eventually(() => expect(reader.seen).toEqual(['t2']));
});

test('a later timer takes the place of an earlier one with the same id', async () => {
  await set('t3', 60_000, 'first');
  await set('t3', 500, 'second');
  await using reader = fired();
  await eventually(() => expect(reader.seen).toEqual(['second']));
  // What was seen is acknowledged a moment later.
  await eventually(async () => expect(await messagesIn(bus, streams.later)).toBe(0));
});

test('a timer can be taken back until it has fired, and set again', async () => {
  await set('t4', 60_000);
  expect(await cancelLater(bus, 't4')).toBe(true);
  expect(await cancelLater(bus, 't4')).toBe(false);
  await set('t4', 60_000);
  expect(await cancelLater(bus, 't4')).toBe(true);
});

test('timers survive a kill -9 of the server; those that came due meanwhile fire then', async () => {
  await Promise.all([set('t5', 300), set('t6', 2500)]);
  await server.kill();
  await server.restart();
  await bus.untilConnected();
  await using reader = fired();
  await eventually(() => expect([...reader.seen].sort()).toEqual(['t5', 't6']));
});

test('a target outside the stream is refused for good', async () => {
  const timer = { id: 't7', atMs: Date.now(), octets: Buffer.from('[]') };
  await expect(
    scheduleLater(bus, { ...timer, targetSubject: 'submit.normal' }),
  ).rejects.toMatchObject({ name: 'TerminalError' });
});
