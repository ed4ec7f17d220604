// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { startNatsServer, type NatsServer } from '@sendium/testkit';
import { connectBus, readLast, storeFirst, type Bus } from './index.ts';
import { dropStream, freshStream, messagesIn, stream } from './test-streams.fixture.ts';

let server: NatsServer;
let bus: Bus;

beforeAll(async () => {
  server = await startNatsServer({ syncInterval: 'always' });
});
afterAll(() => server.stop());
beforeEach(async () => {
  bus = await connectBus({ url: server.url, name: 'read-last-test' });
  await freshStream(bus, {
    subjects: ['shelf.*.*'],
    retention: 'limits',
    discard: 'old',
    discardNewPerSubject: false,
    allowsDirectReads: true,
  });
});
afterEach(async () => {
  await dropStream(bus);
  await bus[Symbol.asyncDispose]();
});

const put = (subject: string, words: string) =>
  storeFirst(bus, { subject, octets: Buffer.from(words), headers: { Author: words } });
const read = (subjects: string) => readLast(bus, stream(), subjects);

test('of all who store on one subject one is the first, and only that is stored', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `name-${i}`);
  const sequences = await Promise.all(names.map((name) => put('shelf.a.1', name)));
  const winners = names.filter((_, i) => sequences[i] !== undefined);
  expect(winners).toHaveLength(1);
  expect(await messagesIn(bus, stream())).toBe(1);
  const { messages } = await read('shelf.a.1');
  expect(messages.map(({ octets }) => Buffer.from(octets).toString())).toEqual(winners);
});

test('the messages of many subjects are read at once, with how far was looked', async () => {
  const numbers = Array.from({ length: 256 }, (_, i) => i);
  await Promise.all(numbers.map((number) => put(`shelf.a.${number}`, `a${number}`)));
  await put('shelf.b.1', 'other');
  const last = await put('shelf.c.1', 'last');
  const { messages, upToSequence } = await read('shelf.a.*');
  expect(new Set(messages.map(({ subject }) => subject))).toEqual(
    new Set(numbers.map((number) => `shelf.a.${number}`)),
  );
  for (const { subject, octets, header } of messages) {
    expect(Buffer.from(octets).toString()).toBe(`a${subject.split('.')[2]}`);
    expect(header('Author')).toBe(Buffer.from(octets).toString());
    expect(header('Nothing')).toBe('');
  }
  expect(upToSequence).toBe(last);
});

test('the sequences are those that storing gave', async () => {
  const stored = [await put('shelf.a.1', 'one'), await put('shelf.a.2', 'two')];
  const { messages } = await read('shelf.a.*');
  expect(messages.map(({ sequence }) => sequence)).toEqual(stored);
});

test('where nothing is stored nothing is read', async () => {
  await put('shelf.b.1', 'other');
  expect(await read('shelf.a.*')).toEqual({ messages: [], upToSequence: 0 });
});

test('a stream that is not there, and a bus that is closed, are errors that may pass', async () => {
  await expect(readLast(bus, 'NOWHERE', 'shelf.a.*')).rejects.toThrow('NOWHERE');
  await bus[Symbol.asyncDispose]();
  await expect(read('shelf.a.*')).rejects.toMatchObject({ name: 'TransientError' });
  bus = await connectBus({ url: server.url, name: 'read-last-test' });
});
