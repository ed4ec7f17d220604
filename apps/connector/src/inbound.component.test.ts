// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from '@jest/globals';
import { readStored } from '@sendium/backbone';
import { decodeInboundBatch, streams, type InboundMessage } from '@sendium/contracts';
import { assertNothingLeft, eventually, spawnApp, type SpawnedApp } from '@sendium/testkit';
import { CarrierStage } from './carrier.fixture.ts';
import { changeLinkOrder } from './link-orders.ts';

const reconnect = 'timers: { reconnect: 50ms, reconnect_max: 100ms, bind_release: 2s }';
const sms = { from: '+447700900999', to: '12345', systemId: 'sendium' } as const;

let stage: CarrierStage;
let fellow: SpawnedApp | undefined;

afterEach(async () => {
  await fellow?.[Symbol.asyncDispose]();
  fellow = undefined;
  await stage[Symbol.asyncDispose]();
  await assertNothingLeft();
});

const inbound = (): Promise<readonly InboundMessage[]> =>
  readStored(stage.backbone.bus, streams.inbound, 'inbound.sim', decodeInboundBatch);
const flags = async (): Promise<readonly boolean[]> =>
  (await inbound()).map(({ mayBeResent }) => mayBeResent);
const acked = (count: number) =>
  eventually(async () => expect((await stage.smsc.control.stats()).injected.acked).toBe(count), {
    timeoutMs: 60_000,
  });

/** Injects SMS that can be told apart, and says their texts. */
async function injectMany(prefix: string, count: number): Promise<readonly string[]> {
  const texts = Array.from({ length: count }, (_, index) => `${prefix} ${index}`);
  for (const text of texts) await stage.smsc.control.inject({ ...sms, text });
  return texts;
}

/** How often each text is stored; whatever came before must have been announced as sent again. */
async function storedTexts(): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (const { octets, mayBeResent } of await inbound()) {
    const text = Buffer.from(octets).toString();
    if (seen.has(text)) expect(`${text}: ${mayBeResent}`).toBe(`${text}: true`);
    seen.add(text);
  }
  return seen;
}

test('an SMS of a mobile is stored as the carrier gave it', async () => {
  stage = await CarrierStage.start();
  const octets = '0605040b8423f0deadbeef';
  await stage.smsc.control.inject({
    ...{
      from: { ton: 1, npi: 1, address: '447700900999' },
      to: { ton: 3, npi: 0, address: '12345' },
    },
    ...{ octets, esmClass: 0x40, dataCoding: 4, protocolId: 0x41 },
    systemId: 'sendium',
    tlvs: [
      { tag: 0x020c, value: '0102' },
      { tag: 0x1401, value: 'c0ffee' },
    ],
  });
  await acked(1);
  const [message] = await inbound();
  expect(message).toMatchObject({
    connector: 'sim',
    from: { ton: 1, npi: 1, value: '447700900999' },
    to: { ton: 3, npi: 0, value: '12345' },
    ...{ esmClass: 0x40, dataCoding: 4, protocolId: 0x41 },
  });
  expect(Buffer.from(message?.octets ?? []).toString('hex')).toBe(octets);
  expect(message?.tlvs.map(({ tag, value }) => [tag, Buffer.from(value).toString('hex')])).toEqual([
    [0x020c, '0102'],
    [0x1401, 'c0ffee'],
  ]);
  const metrics = await stage.metrics();
  const labels = 'connector="sim",kind="message",result="taken"';
  expect(metrics).toContain(`sendium_inbound_pdus_total{${labels}} 1`);
});

test('while NATS is away the carrier is not told that its SMS is taken', async () => {
  stage = await CarrierStage.start();
  await eventually(async () => expect((await stage.smsc.control.stats()).bindsLive).toBe(1));
  await stage.backbone.nats.kill();
  await stage.smsc.control.inject({ ...sms, text: 'hello' });
  await eventually(
    async () => {
      const { injected } = await stage.smsc.control.stats();
      expect(injected.refused).toBeGreaterThanOrEqual(1);
    },
    { timeoutMs: 40_000 },
  );
  expect((await stage.smsc.control.stats()).injected.acked).toBe(0);
  await stage.backbone.nats.restart();
  await acked(1);
  expect(await storedTexts()).toEqual(new Set(['hello']));
});

test('the same words twice over a link that stands are no repetition, right after the start either', async () => {
  stage = await CarrierStage.start();
  await stage.smsc.control.inject({ ...sms, text: 'yes', repeat: 3 });
  await acked(3);
  // What the process before this one answered is not known.
  expect(await flags()).toEqual([true, false, false]);
});

test('an SMS whose answer was lost with its link is announced as sent again', async () => {
  stage = await CarrierStage.start([reconnect]);
  await stage.smsc.control.inject({ ...sms, text: 'yes' });
  await acked(1);
  await stage.smsc.control.inject({ ...sms, text: 'yes', loseAnswers: 2 });
  await acked(2);
  expect(await flags()).toEqual([true, false, true, true]);
});

test('a link that unbound in order leaves nothing in doubt', async () => {
  stage = await CarrierStage.start([reconnect]);
  await stage.smsc.control.inject({ ...sms, text: 'yes' });
  await acked(1);
  await changeLinkOrder(stage.backbone.bus, 'sim', (order) => ({ ...order, rebinds: 1 }));
  await eventually(async () => {
    const { bindsLive, bindsOpened } = await stage.smsc.control.stats();
    expect([bindsLive, bindsOpened]).toEqual([1, 2]);
  });
  await stage.smsc.control.inject({ ...sms, text: 'yes' });
  await acked(2);
  expect(await flags()).toEqual([true, false]);
});

test.each([
  ['content', { esmClass: 0x04, text: 'hello' }, 1],
  ['auto', { esmClass: 0x04, text: 'hello' }, 0],
  ['esm_class', { esmClass: 0, text: 'id:1 stat:DELIVRD done date:2601020304' }, 1],
  ['auto', { esmClass: 0, text: 'id:1 stat:DELIVRD done date:2601020304' }, 0],
] as const)('receipt_detection %s: %j is an SMS %i times', async (detection, fields, expected) => {
  stage = await CarrierStage.start([`receipt_detection: ${detection}`]);
  await stage.smsc.control.inject({ ...sms, ...fields });
  await acked(1);
  expect(await inbound()).toHaveLength(expected);
  expect(await stage.events('receipt')).toHaveLength(1 - expected);
});

test('kill -9 of the connector: each SMS that was answered is stored, and what is stored twice is announced', async () => {
  stage = await CarrierStage.start([reconnect], ['--deliver-window', '50']);
  const texts: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const injecting = injectMany(`round ${round}`, 200);
    await eventually(async () => expect((await inbound()).length).toBeGreaterThan(texts.length));
    await stage.connector.kill();
    texts.push(...(await injecting));
    await stage.restartConnector();
    await acked(texts.length);
  }
  expect(await storedTexts()).toEqual(new Set(texts));
}, 240_000);

test('what a fellow process left unanswered is announced as sent again, too', async () => {
  stage = await CarrierStage.start([reconnect, 'binds: 2'], ['--deliver-window', '50']);
  const env = { SENDIUM_NATS_URL: stage.backbone.nats.url };
  fellow = await spawnApp({ app: 'connector', env });
  await eventually(
    async () => {
      const { bindsLive, bindsOpened } = await stage.smsc.control.stats();
      expect([bindsLive, bindsOpened >= 3]).toEqual([2, true]);
    },
    { timeoutMs: 60_000 },
  );
  const injecting = injectMany('fellow', 400);
  await eventually(async () => expect((await inbound()).length).toBeGreaterThan(50));
  await fellow.kill();
  const texts = await injecting;
  await acked(400);
  expect(await storedTexts()).toEqual(new Set(texts));
}, 240_000);

test.each(['its link', 'itself'])(
  'what a fellow process answered before it lost %s is in doubt here',
  async (what) => {
    const slow = 'timers: { reconnect: 60s, reconnect_max: 60s }';
    stage = await CarrierStage.start([slow, 'binds: 2']);
    const env = { SENDIUM_NATS_URL: stage.backbone.nats.url };
    await eventually(async () => expect((await stage.smsc.control.stats()).bindsLive).toBe(2));
    fellow = await spawnApp({ app: 'connector', env });
    // One of its binds goes to the fellow.
    await eventually(
      async () => {
        const { bindsLive, bindsOpened } = await stage.smsc.control.stats();
        expect([bindsLive, bindsOpened]).toEqual([2, 3]);
      },
      { timeoutMs: 30_000 },
    );
    let count = 0;
    const say = async (times: number): Promise<readonly boolean[]> => {
      await stage.smsc.control.inject({ ...sms, text: 'yes', repeat: times });
      await acked((count += times));
      return (await flags()).slice(-times);
    };
    // Each has seen it: nothing is in doubt any more.
    await say(4);
    expect(await say(4)).toEqual([false, false, false, false]);
    // The oldest bind is not the fellow's.
    if (what === 'itself') await stage.connector.kill();
    else await stage.smsc.control.disconnect(1);
    await eventually(async () => expect(await say(1)).toEqual([true]));
    expect(await say(1)).toEqual([false]);
  },
  90_000,
);
