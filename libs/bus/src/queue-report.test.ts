// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  connectorConsumers,
  deliverConsumer,
  dueDeliverConsumer,
  gatewayTopology,
  streams,
} from '@sendium/contracts';
import { assertNothingLeft, startNatsServer, type NatsServer } from '@sendium/testkit';
import { readerOf, streamOf } from './stream-labels.ts';
import { connectBus, type Bus } from './bus.ts';
import { readQueues } from './queue-report.ts';
import { applyTopology } from './topology.ts';

let nats: NatsServer;
let bus: Bus;

beforeAll(async () => {
  nats = await startNatsServer();
  bus = await connectBus({ url: nats.url, name: 'test' });
  await applyTopology(bus, gatewayTopology());
  const consumers = [
    ...connectorConsumers('uk'),
    deliverConsumer('webhook', 'a'),
    deliverConsumer('webhook', 'b'),
    dueDeliverConsumer('smpp', 'a'),
  ];
  await applyTopology(bus, { consumers });
}, 60_000);
afterAll(async () => {
  await bus[Symbol.asyncDispose]();
  await nats[Symbol.asyncDispose]();
  await assertNothingLeft();
}, 30_000);

const store = (subject: string) => bus.connection.request(subject, 'x');

test('what waits is told by stream and reader, with the age of the oldest that nobody has finished', async () => {
  await store('dispatch.uk.normal');
  await store('dispatch.uk.normal');
  const nowMs = Date.now() + 60_000;
  const { readers, streams: found } = await readQueues(bus, nowMs);
  const of = (stream: string, reader: string) =>
    readers.find((each) => each.stream === stream && each.reader === reader);
  expect(of(streams.dispatch, 'uk-normal')).toMatchObject({ waiting: 2, inHand: 0 });
  expect(of(streams.dispatch, 'uk-normal')?.oldestAgeMs).toBeGreaterThan(59_000);
  expect(of(streams.dispatch, 'uk-bulk')).toMatchObject({ waiting: 0, oldestAgeMs: 0 });
  expect(found.find(({ stream }) => stream === streams.dispatch)).toMatchObject({ messages: 2 });
  const events = found.find(({ stream }) => stream === streams.events);
  expect(events?.limitBytes).toBeGreaterThan(0);
});

test('readers of accounts are one, however many accounts there are', async () => {
  await store('deliver.webhook.a');
  await store('deliver.webhook.b');
  const { readers } = await readQueues(bus, Date.now());
  const delivering = readers.filter(({ stream }) => stream === streams.deliver);
  expect(delivering).toMatchObject([{ reader: 'webhook', waiting: 2 }]);
  expect(readers.map(({ reader }) => reader)).toContain('smpp-due');
});

test('a connector may be called like a reader of accounts: its name stays', () => {
  expect(readerOf(streams.dispatch, 'webhook-uk-normal')).toBe('webhook-uk-normal');
  expect(readerOf(streams.later, 'router-due-normal')).toBe('router-due-normal');
  expect(readerOf(streams.later, 'webhook-due-app')).toBe('webhook-due');
});

test('every subject of the gateway belongs to a stream', () => {
  expect(streamOf('due.smpp.app')).toBe(streams.later);
  expect(streamOf('event.sim.outcome')).toBe(streams.events);
  expect(streamOf('something.else')).toBe('other');
});
