// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startBackbone, type Backbone } from '@sendium/backbone';
import { inboundChannel, streams, type InboundMessage, type Received } from '@sendium/contracts';
import { assertNothingLeft, eventually, spawnApp, type SpawnedApp } from '@sendium/testkit';
import { inboundDocument, InboundStreams } from '../inbound-stage.fixture.ts';
import { inboundParts } from './inbound-parts.fixture.ts';

const shortCode = '[{ name: shortcode, match: { to: "12345" }, deliver_to: { account: shop } }]';

let backbone: Backbone;
let stage: InboundStreams;
let router: SpawnedApp;
let second: SpawnedApp | undefined;

beforeEach(async () => {
  backbone = await startBackbone({ configuration: inboundDocument(shortCode) });
  stage = new InboundStreams(backbone);
  router = await startRouter();
});

afterEach(async () => {
  await second?.[Symbol.asyncDispose]();
  second = undefined;
  await router[Symbol.asyncDispose]();
  await backbone[Symbol.asyncDispose]();
  await assertNothingLeft();
});

const startRouter = (timeout = '5m') =>
  spawnApp({
    app: 'router',
    env: { SENDIUM_NATS_URL: backbone.nats.url, SENDIUM_PARTS_TIMEOUT: timeout },
  });
const restartRouter = async (timeout: string): Promise<void> => {
  await router.stop();
  router = await startRouter(timeout);
};
const isDone = () => eventually(async () => expect(await stage.left()).toBe(0));
const giveOneByOne = async (parts: readonly InboundMessage[]): Promise<void> => {
  for (const part of parts) {
    await stage.give(part);
    await isDone();
  }
};
/** In one batch, as a busy connector writes them. */
const giveAtOnce = (parts: readonly InboundMessage[]): Promise<unknown> =>
  Promise.all(parts.map((part) => stage.give(part)));

const received = async (): Promise<readonly Received['message'][]> =>
  (await stage.delivered('webhook')).flatMap((item) =>
    item.kind === 'received' ? [item.message] : [],
  );
const textOf = ({ body }: Received['message']): string => (body.kind === 'text' ? body.text : '');
const texts = async (): Promise<readonly string[]> => (await received()).map(textOf);
const ofText = (text: string, parts: readonly InboundMessage[]) => ({
  ...{ id: parts[0]?.id, body: { kind: 'text', text }, segments: parts.length },
});

const long = 'The quick brown fox jumps over the lazy dog.';

test('parts in any order are one message to webhooks and the tracker, and go to SMPP clients as they came', async () => {
  const parts = inboundParts({ text: long, reference: 7 });
  const inDisorder = [4, 0, 2, 1, 3].flatMap((index) => parts[index] ?? []);
  await giveOneByOne(inDisorder.slice(0, 4));
  expect(await received()).toEqual([]);
  await giveOneByOne(inDisorder.slice(4));
  const whole = { ...ofText(long, parts), segmentsMissing: 0, account: 'shop', encoding: 'gsm7' };
  expect(await received()).toMatchObject([whole]);
  expect((await received())[0]?.udh).toHaveLength(0);
  expect(await stage.told()).toMatchObject([whole]);
  expect(await stage.delivered('smpp')).toMatchObject(inDisorder.map((part) => ({ part })));
});

test('references of 8 and 16 bits and of SAR are told apart, and so are senders, recipients and totals', async () => {
  const from = (value: string) => ({ over: { from: { ton: 1, npi: 1, value } } });
  const to = (value: string) => ({ over: { to: { ton: 1, npi: 1, value } } });
  await configureEverything();
  const samples = [
    { text: 'eight bits: abc', reference: 7 },
    { text: 'sixteen bits: abc', reference: 7, mark: 'udh16' as const },
    { text: 'sixteen bits more: abc', reference: 0x0107, mark: 'udh16' as const },
    { text: 'sar: abcdefghijk', reference: 8, mark: 'sar' as const },
    { text: 'another sender', reference: 7, ...from('447700900124') },
    { text: 'another recipient', reference: 7, ...to('54321') },
    { text: 'another total, which is more', reference: 7 },
    { text: 'another carrier', reference: 7, over: { connector: 'western' } },
  ].map((sample) => ({ sample, parts: inboundParts(sample) }));
  const longest = Math.max(...samples.map(({ parts }) => parts.length));
  for (let i = 0; i < longest; i += 1) {
    await giveAtOnce(samples.flatMap(({ parts }) => parts[i] ?? []));
  }
  await isDone();
  expect([...(await texts())].sort()).toEqual(samples.map(({ sample }) => sample.text).sort());
});

const configureEverything = async (): Promise<void> => {
  const rules = '[{ name: all, deliver_to: { account: shop, by: [webhook] } }]';
  const version = await backbone.configure(inboundDocument(rules));
  await eventually(async () => {
    const metrics = await (await fetch(`${router.probeUrl}/metrics`)).text();
    expect(metrics).toContain(`sendium_configuration_version ${version}`);
  });
};

test('parts over two connectors of one carrier are one message', async () => {
  const parts = inboundParts({ text: long, reference: 7 }).map((part, index) =>
    index % 2 === 0 ? part : { ...part, connector: 'second' },
  );
  await giveAtOnce(parts);
  await isDone();
  expect(await texts()).toEqual([long]);
});

test('an escape pair and a surrogate pair that the sender cut in two are whole again', async () => {
  const gsm = Buffer.from('12345678 \x1be', 'latin1').toString('latin1');
  await giveAtOnce(inboundParts({ text: gsm, reference: 1, size: 10 }));
  const ucs2 = Buffer.from('😀', 'utf16le').swap16().toString('latin1');
  await giveAtOnce(inboundParts({ text: ucs2, reference: 2, size: 2, over: { dataCoding: 8 } }));
  await isDone();
  expect([...(await texts())].sort()).toEqual(['12345678 €', '😀'].sort());
});

test('a part that the carrier gives twice changes nothing', async () => {
  const parts = inboundParts({ text: long, reference: 7 });
  const again = inboundParts({ text: long, reference: 7 });
  await giveOneByOne([parts[0], again[0], parts[0]].flatMap((part) => part ?? []));
  await giveOneByOne(parts.slice(1));
  await giveOneByOne([...again.slice(1), ...parts.slice(0, -1)]);
  expect(await received()).toMatchObject([ofText(long, parts)]);
});

test('the last part, when its batch comes again, lets the message go on again under its id', async () => {
  const parts = inboundParts({ text: long, reference: 7 });
  await giveOneByOne([...parts, ...parts.slice(-1)]);
  expect(await received()).toMatchObject([ofText(long, parts), ofText(long, parts)]);
});

test('a reference that is used again at once, and again, gives each message by itself', async () => {
  const words = ['first message', 'second, longer', 'third message.'];
  const messages = words.map((text) => inboundParts({ text, reference: 7 }));
  await giveAtOnce(messages.flat());
  await isDone();
  expect([...(await texts())].sort()).toEqual([...words].sort());
});

test('the same long message said again later, with the same reference, is another one', async () => {
  const earlier = Date.now() - 120_000;
  await giveAtOnce(inboundParts({ text: long, reference: 7, over: { receivedAtMs: earlier } }));
  await isDone();
  await giveAtOnce(inboundParts({ text: long, reference: 7 }));
  await isDone();
  expect(await texts()).toEqual([long, long]);
  expect(new Set((await received()).map(({ id }) => id)).size).toBe(2);
});

test('what never became whole goes on after the time-out, marked, and a late part after it alone', async () => {
  await restartRouter('1s');
  const parts = inboundParts({ text: long, reference: 7 });
  await giveOneByOne(parts.filter((_, index) => index !== 2));
  await eventually(async () => expect(await received()).toHaveLength(1));
  const rest = `${long.slice(0, 20)}${long.slice(30)}`;
  const incomplete = { ...ofText(rest, parts), segmentsMissing: 1 };
  expect(await received()).toMatchObject([incomplete]);
  expect(await stage.told()).toMatchObject([incomplete]);
  await giveOneByOne(parts.slice(2, 3));
  await eventually(async () => expect(await received()).toHaveLength(2));
  expect((await received())[1]).toMatchObject({
    ...{ id: parts[2]?.id, body: { text: long.slice(20, 30) }, segments: 5, segmentsMissing: 4 },
  });
  await timersAreDone();
  expect(await received()).toHaveLength(2);
  expect(await stage.delivered('smpp')).toHaveLength(5);
  const metrics = await (await fetch(`${router.probeUrl}/metrics`)).text();
  expect(metrics).toContain(
    'sendium_inbound_messages_total{connector="first",result="incomplete"} 2',
  );
});

/** Every timer has fired and was worked on. */
const timersAreDone = () =>
  eventually(
    async () => {
      const info = await backbone.bus.api<{ state: { messages: number } }>(
        `STREAM.INFO.${streams.later}`,
      );
      expect(info.state.messages).toBe(0);
    },
    { timeoutMs: 10_000 },
  );

test('a message that says it is one of one, or of none, or the fourth of three, is whole by itself', async () => {
  const [part] = inboundParts({ text: 'alone', reference: 7, mark: 'sar' });
  const tlv = (tag: number, ...value: readonly number[]) => ({ tag, value: Buffer.from(value) });
  const odd = [
    [tlv(0x020c, 0, 7), tlv(0x020e, 0), tlv(0x020f, 1)],
    [tlv(0x020c, 0, 7), tlv(0x020e, 3), tlv(0x020f, 4)],
    [tlv(0x020c, 0, 7), tlv(0x020e, 3)],
    [tlv(0x020c, 0, 7), tlv(0x020e, 255, 255, 255, 255), tlv(0x020f, 1)],
  ].map((tlvs) => ({ ...inboundParts({ text: 'alone', reference: 7 })[0], esmClass: 0, tlvs }));
  const messages = [part, ...odd.map((each) => ({ ...each, octets: part?.octets }))];
  await giveAtOnce(messages as readonly InboundMessage[]);
  await isDone();
  expect(await texts()).toEqual(messages.map(() => 'alone'));
});

test('what no rule gives to anyone is told as one, and is one again when it is replayed by a new rule', async () => {
  const to = { ton: 1, npi: 1, value: '54321' };
  const parts = inboundParts({ text: long, reference: 7, over: { to } });
  await giveAtOnce(parts);
  await isDone();
  const [told] = await stage.told();
  expect(told).toMatchObject({ ...ofText(long, parts), segmentsMissing: 0 });
  expect(told).not.toHaveProperty('account');
  const letters = await stage.dead('inbound');
  expect(letters.map(({ messageId }) => messageId)).toEqual(parts.map(({ id }) => id));
  await configureEverything();
  for (const { subject, payload } of letters) {
    const channel = { subject, encode: () => payload, sizeOf: () => payload.length };
    await backbone.publisher.publish(channel, undefined);
  }
  await isDone();
  expect(await received()).toMatchObject([{ ...ofText(long, parts), rule: 'all' }]);
});

test('two routers join what comes to either of them, each message once', async () => {
  second = await startRouter();
  const messages = Array.from({ length: 100 }, (_, i) =>
    inboundParts({
      text: `${i}: ${long}`,
      reference: i % 50,
      mark: i % 2 === 0 ? 'udh8' : 'udh16',
      over: { from: { ton: 1, npi: 1, value: `4477009${i < 50 ? '1' : '2'}` } },
    }),
  );
  // Part by part, so that hardly any message comes in one batch.
  for (let number = 0; number < 5; number += 1) {
    await Promise.all(messages.map((parts) => give(parts[number] as InboundMessage)));
  }
  await isDone();
  const all = await received();
  expect(all.map(textOf).sort()).toEqual(messages.map((_, i) => `${i}: ${long}`).sort());
  expect(all.every(({ segmentsMissing }) => segmentsMissing === 0)).toBe(true);
  const parted = await Promise.all([router, second].map(batchesOf));
  expect(Math.min(...parted)).toBeGreaterThan(0);
});

/** A part as a batch of its own. */
const give = (part: InboundMessage): Promise<void> => {
  const channel = { ...inboundChannel(part.connector, 'test'), maxItems: 1 };
  return backbone.publisher.publish(channel, part);
};

/** How many parts a router has worked on. */
const batchesOf = async (app: SpawnedApp): Promise<number> => {
  const metrics = await (await fetch(`${app.probeUrl}/metrics`)).text();
  const counts = [...metrics.matchAll(/^sendium_inbound_messages_total\{.*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
};

const killings: readonly (readonly [string, (round: number) => Promise<void>])[] = [
  [
    'a router',
    async (round) => {
      if (round % 2 === 0) {
        await router.kill();
        router = await startRouter();
      } else {
        await second?.kill();
        second = await startRouter();
      }
    },
  ],
  [
    'nats-server',
    async () => {
      await backbone.nats.kill();
      await backbone.nats.restart();
    },
  ],
];

test.each(killings)(
  'kill -9 of %s at any moment loses no message, makes none that was not there, and none of two',
  async (what, kill) => {
    await router.kill();
    await backbone[Symbol.asyncDispose]();
    backbone = await startBackbone({
      configuration: inboundDocument(shortCode),
      nats: { syncInterval: 'always' },
    });
    stage = new InboundStreams(backbone);
    [router, second] = await Promise.all([startRouter(), startRouter()]);
    const texts = new Set<string>();
    for (let round = 0; round < 6; round += 1) {
      const messages = Array.from({ length: 30 }, (_, i) => {
        const text = `${round}/${i}: ${long}`;
        texts.add(text);
        return inboundParts({ text, reference: i, over: { from: sender(round) } });
      });
      const giving = messages.flat().map((part) => give(part));
      await giving[Math.floor(Math.random() * giving.length)];
      await kill(round);
      await Promise.all(giving);
    }
    await eventually(async () => expect(await stage.left()).toBe(0), { timeoutMs: 60_000 });
    const all = await received();
    expect(new Set(all.map(textOf))).toEqual(texts);
    expect(new Set(all.map(({ id }) => id)).size).toBe(texts.size);
    // Each kill may let what was in hand go on a second time, under the same id.
    const repeats = all.length - texts.size;
    expect(repeats).toBeLessThanOrEqual(6 * 64);
    const counts = `${texts.size} messages, ${repeats} repeated under their ids`;
    process.stdout.write(`kill -9 of ${what}: ${counts}\n`);
  },
  120_000,
);

const sender = (round: number) => ({ ton: 1, npi: 1, value: `44770090${round}` });
