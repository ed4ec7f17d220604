// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readStored, sampleMessage, startBackbone, type Backbone } from '@sendium/backbone';
import {
  decodeDispatchBatch,
  decodeEventBatch,
  streams,
  submitChannel,
  type DispatchItem,
} from '@sendium/contracts';
import type { Message } from '@sendium/message';
import { assertNothingLeft, eventually, spawnApp, type SpawnedApp } from '@sendium/testkit';
import { clientParts, inPieces } from './client-parts.fixture.ts';

const configuration = `
version: 1
accounts:
  demo: { smpp: { system_id: demo, password: x, client_parts: join } }
  other: { smpp: { system_id: other, password: x, client_parts: join } }
connectors: { first: { host: 127.0.0.1, port: 1, system_id: x, password: x } }
routes: [{ name: all, send_to: [first] }]
`;

let backbone: Backbone;
let routers: SpawnedApp[];

beforeEach(async () => {
  backbone = await startBackbone({ configuration });
  routers = [await startRouter()];
});

afterEach(async () => {
  await Promise.all(routers.map((router) => router[Symbol.asyncDispose]()));
  await backbone[Symbol.asyncDispose]();
  await assertNothingLeft();
});

const startRouter = (timeout = '5m') =>
  spawnApp({
    app: 'router',
    env: { SENDIUM_NATS_URL: backbone.nats.url, SENDIUM_PARTS_TIMEOUT: timeout },
  });

/** As a batch of its own, so that parts come to either router. */
const submit = (message: Message): Promise<void> => {
  const channel = { ...submitChannel(message.lane, 'test'), maxItems: 1 };
  return backbone.publisher.publish(channel, {
    ...{ message, attempt: 0, history: [], partsDone: [] },
  });
};
const submitAll = async (messages: readonly Message[]): Promise<void> => {
  await Promise.all(messages.map(submit));
  await isDone();
};
const messagesIn = async (stream: string): Promise<number> => {
  const info = await backbone.bus.api<{ state: { messages: number } }>(`STREAM.INFO.${stream}`);
  return info.state.messages;
};
const isDone = (timeoutMs = 15_000) =>
  eventually(async () => expect(await messagesIn(streams.submit)).toBe(0), { timeoutMs });

const dispatched = (): Promise<readonly DispatchItem[]> =>
  readStored(backbone.bus, streams.dispatch, 'dispatch.first.*', decodeDispatchBatch);
const textsOf = (items: readonly DispatchItem[]): readonly string[] =>
  items.map(({ message: { body } }) => (body.kind === 'text' ? body.text : 'binary'));

const cut = (text: string, reference: number, over: Partial<Message> = {}): readonly Message[] =>
  clientParts({ data: inPieces(Buffer.from(text, 'latin1'), 10), reference, over });
const long = 'The quick brown fox jumps over the lazy dog.';

test('parts in any order go out as one message, with the id of the first and the ids of all', async () => {
  const parts = cut(long, 7, { registeredDelivery: 1 });
  const inDisorder = [3, 1, 4, 0].flatMap((index) => parts[index] ?? []);
  await submitAll(inDisorder);
  expect(await dispatched()).toEqual([]);
  await submitAll(parts.slice(2, 3));
  const message = {
    ...{ id: parts[0]?.id, body: { kind: 'text', text: long }, segments: 1, registeredDelivery: 1 },
    clientParts: parts.map(({ id }) => ({ id, registeredDelivery: 1, session: 'client-1' })),
  };
  const [item, ...more] = await dispatched();
  expect(more).toEqual([]);
  expect(item).toMatchObject({ message, attempt: 0, route: 'all' });
  expect(item?.message.smpp).not.toHaveProperty('join');
  const events = await readStored(
    backbone.bus,
    streams.events,
    'event.first.routed',
    (octets) => decodeEventBatch(octets).events,
  );
  expect(events).toMatchObject([{ messageId: parts[0]?.id, message }]);
});

test('one reference of two accounts, of two recipients, and twice of one client, is as many messages', async () => {
  const to = { ton: 1, npi: 1, value: '447700900999' };
  const messages = [
    cut('one account....', 7),
    cut('other account..', 7, { account: 'other' }),
    cut('other recipient', 7, { to }),
    cut('the same again.', 7),
  ];
  for (let number = 0; number < 2; number += 1) {
    for (const parts of messages) await submitAll(parts.slice(number, number + 1));
  }
  expect([...textsOf(await dispatched())].sort()).toEqual([
    ...['one account....', 'other account..', 'other recipient', 'the same again.'],
  ]);
});

test('what does not want to be joined goes out as it came', async () => {
  const whole = sampleMessage();
  const passed = cut(long, 7).map((part) =>
    part.smpp === undefined ? part : { ...part, smpp: { ...part.smpp, join: false } },
  );
  await submitAll([whole, ...passed]);
  const ids = (await dispatched()).map(({ message }) => message.id as string).sort();
  expect(ids).toEqual([whole, ...passed].map(({ id }) => id as string).sort());
  expect(await messagesIn(streams.parts)).toBe(0);
});

test('parts that cannot be joined for sure go out one by one once all are there', async () => {
  const parts = cut('Hello world', 7).map((part, index) =>
    part.body.kind === 'binary'
      ? { ...part, body: { ...part.body, dataCoding: index === 0 ? 0 : 8 } }
      : part,
  );
  await submitAll(parts.slice(0, 1));
  expect(await dispatched()).toEqual([]);
  await submitAll(parts.slice(1));
  const items = await dispatched();
  expect(items.map(({ message }) => message.id)).toEqual(parts.map(({ id }) => id));
  expect(items.map(({ message }) => message.body)).toEqual(parts.map(({ body }) => body));
  for (const { message } of items) expect(message.smpp).not.toHaveProperty('join');
});

test('parts of a message that never became whole go out as they came after the time-out, a late one too', async () => {
  await routers[0]?.stop();
  routers = [await startRouter('1s')];
  const parts = cut(long, 7);
  await submitAll(parts.filter((_, index) => index !== 2));
  await eventually(async () => expect(await dispatched()).toHaveLength(4));
  await submitAll(parts.slice(2, 3));
  await eventually(async () => expect(await dispatched()).toHaveLength(5));
  await eventually(async () => expect(await messagesIn(streams.later)).toBe(0));
  const items = await dispatched();
  const inOrder = [0, 1, 3, 4, 2].map((index) => parts[index]);
  expect(items.map(({ message }) => message.id)).toEqual(inOrder.map((part) => part?.id));
  expect(items.map(({ message }) => message.body)).toEqual(inOrder.map((part) => part?.body));
});

test('kill -9 at any moment loses no message and makes none that was not there', async () => {
  await Promise.all(routers.map((router) => router.kill()));
  await backbone[Symbol.asyncDispose]();
  backbone = await startBackbone({ configuration, nats: { syncInterval: 'always' } });
  routers = await Promise.all([startRouter(), startRouter()]);
  const ids = new Map<string, string>();
  for (let round = 0; round < 6; round += 1) {
    const from = { ton: 1, npi: 1, value: `44770090${round}` };
    const messages = Array.from({ length: 30 }, (_, i) => {
      const parts = cut(`${round}/${i}: ${long}`, i, { from });
      ids.set(`${round}/${i}: ${long}`, parts[0]?.id ?? '');
      return parts;
    });
    const submitting = messages.flat().map(submit);
    await submitting[Math.floor(Math.random() * submitting.length)];
    await routers[round % 2]?.kill();
    routers[round % 2] = await startRouter();
    await Promise.all(submitting);
  }
  await isDone(60_000);
  const items = await dispatched();
  expect(new Map(items.map((item, i) => [textsOf(items)[i] ?? '', item.message.id]))).toEqual(ids);
  const repeats = items.length - ids.size;
  expect(repeats).toBeLessThanOrEqual(6 * 64);
  process.stdout.write(`kill -9: ${ids.size} messages, ${repeats} repeated under their ids\n`);
}, 120_000);
