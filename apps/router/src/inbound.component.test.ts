// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startBackbone, type Backbone } from '@sendium/backbone';
import { defaultTopology, deliverChannel } from '@sendium/contracts';
import { assertNothingLeft, eventually, spawnApp, type SpawnedApp } from '@sendium/testkit';
import { inboundDocument, InboundStreams, sampleInbound } from './inbound-stage.fixture.ts';

const shortCode = '[{ name: shortcode, match: { to: "12345" }, deliver_to: { account: shop } }]';
const everything = '[{ name: all, deliver_to: { account: shop, by: [webhook] } }]';

let backbone: Backbone;
let streams: InboundStreams;
let router: SpawnedApp;

beforeEach(async () => {
  backbone = await startBackbone({
    configuration: inboundDocument(shortCode),
    topology: { ...defaultTopology, maxBatchesPerSubject: 3 },
  });
  streams = new InboundStreams(backbone);
  router = await startRouter();
});

afterEach(async () => {
  await router[Symbol.asyncDispose]();
  await backbone[Symbol.asyncDispose]();
  await assertNothingLeft();
});

const startRouter = () => spawnApp({ app: 'router', env: { SENDIUM_NATS_URL: backbone.nats.url } });
const isDone = () => eventually(async () => expect(await streams.left()).toBe(0));

/** Waits until the router has the rules that this message meets. */
const configure = async (rules: string): Promise<void> => {
  const version = await backbone.configure(inboundDocument(rules));
  await eventually(async () => {
    const metrics = await (await fetch(`${router.probeUrl}/metrics`)).text();
    expect(metrics).toContain(`sendium_configuration_version ${version}`);
  });
};

test('an SMS goes to the application by every way of its rule, and the tracker is told', async () => {
  const message = sampleInbound({ octets: Buffer.from([0x48, 0x69, 0x1b, 0x65]), tlvs: [] });
  await streams.give(message);
  await isDone();
  const whole = {
    ...{ id: message.id, connector: 'first', account: 'shop', rule: 'shortcode' },
    ...{ from: message.from, to: message.to, body: { kind: 'text', text: 'Hi€' } },
    ...{ encoding: 'gsm7', segments: 1, segmentsMissing: 0, receivedAtMs: message.receivedAtMs },
  };
  expect(await streams.delivered('webhook')).toMatchObject([
    { kind: 'received', tries: 0, message: whole },
  ]);
  expect(await streams.delivered('smpp')).toMatchObject([
    { kind: 'inbound', tries: 0, part: message },
  ]);
  expect(await streams.told()).toMatchObject([whole]);
  const metrics = await (await fetch(`${router.probeUrl}/metrics`)).text();
  expect(metrics).toContain('sendium_inbound_messages_total{connector="first",result="routed"} 1');
});

test('data_coding 0 is read as the carrier writes it, and its octets stay as they are', async () => {
  const octets = Buffer.from('Größe', 'latin1');
  await streams.give(sampleInbound({ connector: 'western', octets }));
  await isDone();
  expect(await streams.delivered('webhook')).toMatchObject([
    { message: { body: { text: 'Größe' }, encoding: 'latin1' } },
  ]);
  expect(await streams.delivered('smpp')).toMatchObject([{ part: { octets, dataCoding: 0 } }]);
  expect(await streams.told('western')).toHaveLength(1);
});

test('binary stays binary, and its header with the ports is told apart from it', async () => {
  const header = Buffer.from('0605040b8423f0', 'hex');
  const data = Buffer.from([1, 2, 3, 0xff]);
  const octets = Buffer.concat([header, data]);
  await streams.give(sampleInbound({ esmClass: 0x40, dataCoding: 4, octets }));
  await isDone();
  expect(await streams.delivered('webhook')).toMatchObject([
    { message: { body: { kind: 'binary', octets: data }, udh: header, encoding: 'binary' } },
  ]);
});

test('what no rule gives to anyone is kept, told without an account, and routed when it is replayed by a new rule', async () => {
  const message = sampleInbound({ to: { ton: 1, npi: 1, value: '447700900999' } });
  await streams.give(message);
  await isDone();
  const [letter] = await streams.dead('inbound');
  expect(letter).toMatchObject({ subject: 'inbound.first', messageId: message.id });
  const [told] = await streams.told();
  expect(told?.id).toBe(message.id);
  expect(told).not.toHaveProperty('account');
  expect(await streams.delivered('webhook')).toEqual([]);
  await configure(everything);
  await backbone.publisher.publish(
    {
      subject: letter?.subject ?? '',
      encode: () => letter?.payload ?? Buffer.alloc(0),
      sizeOf: () => 1,
    },
    undefined,
  );
  await isDone();
  expect(await streams.webhookIds()).toEqual([message.id]);
});

test('an application without room costs its own SMS a way through DEAD, and nobody else', async () => {
  const message = sampleInbound();
  for (let i = 0; i < 3; i += 1) {
    const item = { kind: 'inbound', part: sampleInbound(), tries: 0 } as const;
    await backbone.publisher.publish(deliverChannel('smpp', 'shop', 'test'), item);
  }
  await streams.give(message);
  await isDone();
  expect(await streams.webhookIds()).toEqual([message.id]);
  expect(await streams.dead('inbound-deliveries')).toMatchObject([
    { subject: 'deliver.smpp.shop', messageId: message.id },
  ]);
});

test('what the carrier may have sent again is delivered once, over any connector of its group', async () => {
  const first = sampleInbound();
  await streams.give(first);
  await isDone();
  const again = sampleInbound({ octets: first.octets, connector: 'second', mayBeResent: true });
  await streams.give(again);
  await streams.give(sampleInbound({ ...again, id: sampleInbound().id, connector: 'western' }));
  await isDone();
  expect((await streams.webhookIds())[0]).toBe(first.id);
  expect(await streams.webhookIds()).not.toContain(again.id);
  expect(await streams.webhookIds()).toHaveLength(2);
});

test('the same words twice, over a link that stands, are two SMS', async () => {
  const first = sampleInbound();
  const second = sampleInbound({ octets: first.octets });
  await streams.give(first);
  await isDone();
  await streams.give(second);
  await isDone();
  expect(await streams.webhookIds()).toEqual([first.id, second.id]);
});

test('an SMS that was let through is let through again when its batch comes again', async () => {
  const first = sampleInbound({ mayBeResent: true });
  const second = sampleInbound({ octets: first.octets });
  for (const message of [first, second, first]) {
    await streams.give(message);
    await isDone();
  }
  expect(await streams.webhookIds()).toEqual([first.id, second.id, first.id]);
});

test('an SMS of a connector that has left the configuration is routed all the same', async () => {
  const message = sampleInbound({ connector: 'gone' });
  await streams.give(message);
  await isDone();
  expect(await streams.webhookIds()).toEqual([message.id]);
  expect(await streams.told('gone')).toHaveLength(1);
});

test('kill -9 at any moment loses no SMS, and what is held back as sent again was let through before', async () => {
  await router.kill();
  await backbone[Symbol.asyncDispose]();
  backbone = await startBackbone({
    configuration: inboundDocument(everything),
    nats: { syncInterval: 'always' },
  });
  streams = new InboundStreams(backbone);
  router = await startRouter();
  const contents = new Set<string>();
  for (let round = 0; round < 4; round += 1) {
    const batch = Array.from({ length: 150 }, () => sampleInbound());
    const giving = batch.flatMap((message) => {
      contents.add(Buffer.from(message.octets).toString());
      const again = { ...message, id: sampleInbound().id, mayBeResent: true };
      return [message, again].map((each) => streams.give(each));
    });
    await Promise.race(giving);
    await router.kill();
    router = await startRouter();
    await Promise.all(giving);
  }
  await eventually(async () => expect(await streams.left()).toBe(0), { timeoutMs: 40_000 });
  const delivered = (await streams.delivered('webhook')).flatMap((item) =>
    item.kind === 'received' && item.message.body.kind === 'text' ? [item.message.body.text] : [],
  );
  expect(new Set(delivered)).toEqual(contents);
  const ids = new Map<string, Set<string>>();
  for (const item of await streams.delivered('webhook')) {
    if (item.kind !== 'received' || item.message.body.kind !== 'text') continue;
    const { text } = item.message.body;
    ids.set(text, (ids.get(text) ?? new Set()).add(item.message.id));
  }
  expect([...ids.values()].filter(({ size }) => size > 1)).toEqual([]);
}, 90_000);
