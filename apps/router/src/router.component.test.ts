// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  readStored,
  sampleItem,
  sampleMessage,
  startBackbone,
  type Backbone,
} from '@sendium/backbone';
import {
  decodeDeadLetter,
  decodeDispatchBatch,
  decodeEventBatch,
  decodeSubmitBatch,
  defaultTopology,
  dispatchChannel,
  streams,
  submitChannel,
  type SubmitItem,
} from '@sendium/contracts';
import { eventually, spawnApp, type SpawnedApp } from '@sendium/testkit';

const connector = '{ host: 127.0.0.1, port: 1, system_id: x, password: x }';
const configuration = (connectors: readonly string[], routes: string) => `
version: 1
accounts: { demo: {} }
connectors: { ${connectors.map((name) => `${name}: ${connector}`).join(', ')} }
routes: ${routes}
`;
const twoTargets = configuration(
  ['first', 'second'],
  '[{ name: uk, match: { to: { prefix: "44" } }, send_to: [first, second] }]',
);

let backbone: Backbone;
let router: SpawnedApp;

beforeEach(async () => {
  backbone = await startBackbone({
    configuration: twoTargets,
    topology: { ...defaultTopology, maxBatchesPerSubject: 3 },
  });
  router = await startRouter();
});

afterEach(async () => {
  await router[Symbol.asyncDispose]();
  await backbone[Symbol.asyncDispose]();
});

const startRouter = () => spawnApp({ app: 'router', env: { SENDIUM_NATS_URL: backbone.nats.url } });
const submit = (item: SubmitItem) =>
  backbone.publisher.publish(submitChannel(item.message.lane, 'test'), item);
const dispatched = (subject: string) =>
  readStored(backbone.bus, streams.dispatch, subject, decodeDispatchBatch);
const events = (subject: string) =>
  readStored(backbone.bus, streams.events, subject, (octets) => decodeEventBatch(octets).events);
const waiting = () => readStored(backbone.bus, streams.later, 'later.*', decodeSubmitBatch);

test('a message goes to the first target of its route, and the tracker is told', async () => {
  const item = sampleItem();
  await submit(item);
  await eventually(async () => {
    expect(await dispatched('dispatch.first.normal')).toMatchObject([
      { message: item.message, attempt: 0, route: 'uk', partsDone: [] },
    ]);
    expect(await events('event.first.routed')).toMatchObject([
      { kind: 'routed', messageId: item.message.id, connector: 'first', route: 'uk' },
    ]);
  });
});

test('a message without a route fails as no_route', async () => {
  const item = sampleItem({ to: { ton: 1, npi: 1, value: '33612345678' } });
  await submit(item);
  await eventually(async () => {
    expect(await events('event._gateway.concluded')).toMatchObject([
      { messageId: item.message.id, conclusion: 'failed', code: 'no_route', message: item.message },
    ]);
  });
});

test('a message whose validity has ended is not sent', async () => {
  await submit(sampleItem({ expiresAtMs: Date.now() - 1 }));
  await eventually(async () => {
    expect(await events('event._gateway.concluded')).toMatchObject([
      { conclusion: 'expired', code: 'message_expired' },
    ]);
  });
  expect(await dispatched('dispatch.>')).toEqual([]);
});

test('a message with a time to come waits on LATER and is sent when it is due', async () => {
  const sendAtMs = Date.now() + 4000;
  const item = sampleItem({ sendAtMs });
  await submit(item);
  await eventually(async () => {
    expect(await waiting()).toMatchObject([{ message: { id: item.message.id } }]);
    expect(await events('event._gateway.scheduled')).toMatchObject([{ dueAtMs: sendAtMs }]);
  });
  await eventually(async () => expect(await dispatched('dispatch.first.*')).toHaveLength(1));
  expect(Date.now()).toBeGreaterThanOrEqual(sendAtMs);
  expect(await waiting()).toEqual([]);
});

const fill = async (name: string) => {
  for (let i = 0; i < 3; i += 1) {
    const item = { ...sampleItem(), route: 'uk', configurationVersion: 1 };
    await backbone.publisher.publish(dispatchChannel(name, 'normal', 'test'), item);
  }
};

test('a full target hands over to the next one, and a full route waits on LATER', async () => {
  await fill('first');
  const item = sampleItem();
  await submit(item);
  await eventually(async () => {
    expect(await dispatched('dispatch.second.normal')).toMatchObject([
      { message: { id: item.message.id } },
    ]);
  });
  await fill('second').catch(() => undefined);
  const late = sampleItem();
  await submit(late);
  await eventually(async () => {
    expect(await waiting()).toMatchObject([{ message: { id: late.message.id }, attempt: 0 }]);
  });
});

test('a part that a client cut waits for the full target: all parts go one way', async () => {
  await fill('first');
  const binary = { kind: 'binary', data: Buffer.from('a'), dataCoding: 0, protocolId: 0 } as const;
  const part = sampleItem({ body: { ...binary, udh: Buffer.from('050003090201', 'hex') } });
  await submit(part);
  await eventually(async () => {
    expect(await waiting()).toMatchObject([{ message: { id: part.message.id }, attempt: 0 }]);
  });
  expect(await dispatched('dispatch.second.normal')).toEqual([]);
});

test('a connector that declined is passed over, and its parts count for nothing elsewhere', async () => {
  const message = sampleMessage();
  await submit({
    message,
    attempt: 1,
    history: [
      { attempt: 0, connector: 'first', verdict: 'next_target', commandStatus: 0x45, atMs: 1 },
    ],
    partsDone: [1],
  });
  await eventually(async () => {
    expect(await dispatched('dispatch.second.normal')).toMatchObject([
      { message: { id: message.id }, attempt: 1, partsDone: [] },
    ]);
  });
});

test('a connector that said later gets the message again, with the parts that it has', async () => {
  const message = sampleMessage();
  await submit({
    message,
    attempt: 1,
    history: [{ attempt: 0, connector: 'second', verdict: 'retry', commandStatus: 0x14, atMs: 1 }],
    partsDone: [1],
  });
  await eventually(async () => {
    expect(await dispatched('dispatch.second.normal')).toMatchObject([
      { attempt: 1, partsDone: [1] },
    ]);
  });
});

test('a change of the configuration is in force without a restart, and an invalid one changes nothing', async () => {
  await backbone.configure('version: 1\nroutes: [{ name: x, send_to: [nowhere] }]');
  await backbone.configure(configuration(['second'], '[{ name: all, send_to: [second] }]'));
  await eventually(async () => {
    await submit(sampleItem());
    expect(await dispatched('dispatch.second.normal')).not.toEqual([]);
  });
});

test('what waits for a connector that left the configuration is routed again', async () => {
  const item = sampleItem();
  await submit(item);
  await eventually(async () => expect(await dispatched('dispatch.first.normal')).toHaveLength(1));
  await backbone.configure(configuration(['second'], '[{ name: all, send_to: [second] }]'));
  await eventually(async () => {
    expect(await dispatched('dispatch.second.normal')).toMatchObject([
      {
        message: { id: item.message.id },
        attempt: 1,
        history: [{ connector: 'first', verdict: 'returned' }],
      },
    ]);
    expect(await dispatched('dispatch.first.normal')).toEqual([]);
  });
});

test('octets that are no batch go to DEAD, and the next message is routed', async () => {
  await backbone.publisher.publish(
    { subject: 'submit.normal', encode: () => Buffer.from('garbage'), sizeOf: () => 7 },
    undefined,
  );
  await submit(sampleItem());
  await eventually(async () => {
    expect(await dispatched('dispatch.first.normal')).toHaveLength(1);
    const dead = await readStored(backbone.bus, streams.dead, 'dead.router', (octets) => [
      decodeDeadLetter(octets),
    ]);
    expect(dead).toMatchObject([{ subject: 'submit.normal', payload: Buffer.from('garbage') }]);
  });
});

test('kill -9 at any moment loses no message and makes none that was not there', async () => {
  const connectors = configuration(['first'], '[{ name: all, send_to: [first] }]');
  await backbone[Symbol.asyncDispose]();
  await router.kill();
  backbone = await startBackbone({ configuration: connectors, nats: { syncInterval: 'always' } });
  router = await startRouter();
  const sent = new Set<string>();
  for (let round = 0; round < 5; round += 1) {
    const batch = Array.from({ length: 200 }, () => sampleItem());
    const publishing = batch.map((item) => submit(item).then(() => sent.add(item.message.id)));
    await Promise.race(publishing);
    await router.kill();
    router = await startRouter();
    await Promise.all(publishing);
  }
  await eventually(
    async () => {
      const ids = (await dispatched('dispatch.first.normal')).map(
        ({ message }) => message.id as string,
      );
      expect(new Set(ids)).toEqual(sent);
    },
    // What a killed router held comes again after 15 s.
    { timeoutMs: 50_000 },
  );
}, 120_000);

test('SIGTERM drains and ends with exit code 0', async () => {
  await Promise.all(Array.from({ length: 50 }, () => submit(sampleItem())));
  expect(await router.stop()).toMatchObject({ code: 0 });
});
