// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { eventually, startNatsServer, type NatsServer } from '@sendium/testkit';
import type { Delivery } from './delivery.ts';
import { HeldBatches } from './held-batches.ts';
import { connectBus, type Bus } from './index.ts';

let server: NatsServer;
let bus: Bus;
let answers: string[];

beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  bus = await connectBus({ url: server.url, name: 'held-test' });
  answers = [];
  bus.subscribe('ack.*', (message) => answers.push(`${message.subject} ${message.string()}`));
});
afterEach(() => bus[Symbol.asyncDispose]());

const delivery = (key: string, ackSubject: string): Delivery => ({
  key,
  ackSubject,
  octets: new Uint8Array(),
  header: () => '',
  meta: {
    stream: 'S',
    durable: 'd',
    subject: 's',
    streamSequence: 1,
    consumerSequence: 1,
    deliveryCount: 1,
    storedAtMs: 0,
    waiting: 0,
  },
});

test('what was finished and comes again is acknowledged again and not handed out', async () => {
  const held = new HeldBatches<string>(bus, 5000);
  const first = held.admit(delivery('7@100', 'ack.1'), 0);
  held.finish(first!);
  expect(held.admit(delivery('7@100', 'ack.2'), 0)).toBeUndefined();
  await eventually(() => expect(answers).toEqual(['ack.1 +ACK', 'ack.2 +ACK']));
});

test('another message under the same sequence is handed out: the server lost the first', () => {
  const held = new HeldBatches<string>(bus, 5000);
  held.finish(held.admit(delivery('7@100', 'ack.1'), 0)!);
  expect(held.admit(delivery('7@200', 'ack.2'), 0)).toBeDefined();
  expect(held.admit(delivery('7@100', 'ack.3'), 1)).toBeDefined();
});

test('what is held and comes again is held once, and acknowledged by its newer subject', async () => {
  const held = new HeldBatches<string>(bus, 5000);
  const first = held.admit(delivery('7@100', 'ack.1'), 0);
  expect(held.admit(delivery('7@100', 'ack.2'), 0)).toBeUndefined();
  expect(held.size).toBe(1);
  held.finish(first!);
  await eventually(() => expect(answers).toEqual(['ack.2 +ACK']));
});

test('what was given back may be handed out again', async () => {
  const held = new HeldBatches<string>(bus, 5000);
  held.giveBack(held.admit(delivery('7@100', 'ack.1'), 0)!);
  expect(held.admit(delivery('7@100', 'ack.2'), 0)).toBeDefined();
  await eventually(() => expect(answers).toEqual(['ack.1 -NAK']));
});

test('acknowledgements that came due while disconnected are sent afterwards', async () => {
  const held = new HeldBatches<string>(bus, 5000);
  const first = held.admit(delivery('7@100', 'ack.1'), 0);
  await bus.connection.reconnect();
  await eventually(() => expect(bus.isConnected).toBe(false), { intervalMs: 1 });
  held.finish(first!);
  await bus.untilConnected();
  await bus.connection.flush();
  expect(answers).toEqual([]);
  held.sendOwedAcks();
  await eventually(() => expect(answers).toEqual(['ack.1 +ACK']));
});
