// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from '@jest/globals';
import { readStored, startBackbone, type Backbone } from '@sendium/backbone';
import { decodeDeliverBatch, streams, subjects, type ReceivedMessage } from '@sendium/contracts';
import { assertNothingLeft, eventually, spawnApp, startSmsc, type Smsc } from '@sendium/testkit';
import type { SpawnedApp } from '@sendium/testkit';

const documentFor = (port: number): string => `
version: 1
accounts:
  shop:
    webhooks: [{ name: main, url: "http://127.0.0.1:1/", secret: "\${env:NOBODY}" }]
connectors:
  sim:
    host: 127.0.0.1
    port: ${port}
    system_id: sendium
    password: secret
    binds: 2
    timers: { reconnect: 50ms, reconnect_max: 100ms, bind_release: 2s }
inbound: [{ name: all, deliver_to: { account: shop, by: [webhook] } }]
`;
const sms = { from: '+447700900999', to: '12345', systemId: 'sendium' } as const;

let stack: AsyncDisposableStack;
let backbone: Backbone;
let smsc: Smsc;
const apps = new Map<string, SpawnedApp>();

afterEach(async () => {
  for (const app of apps.values()) await app[Symbol.asyncDispose]();
  apps.clear();
  await stack.disposeAsync();
  await assertNothingLeft();
});

async function startAll(): Promise<void> {
  stack = new AsyncDisposableStack();
  smsc = stack.use(await startSmsc({ args: ['--deliver-window', '30'] }));
  const configuration = documentFor(smsc.port);
  backbone = stack.use(await startBackbone({ configuration, nats: { syncInterval: 'always' } }));
  await Promise.all(['router', 'connector'].map(start));
}

async function start(app: string): Promise<void> {
  apps.set(app, await spawnApp({ app, env: { SENDIUM_NATS_URL: backbone.nats.url } }));
}

async function restart(app: string): Promise<void> {
  await apps.get(app)?.kill();
  await start(app);
}

const acked = (count: number) =>
  eventually(async () => expect((await smsc.control.stats()).injected.acked).toBe(count), {
    timeoutMs: 60_000,
  });

const isRouted = () =>
  eventually(
    async () => {
      const { state } = await backbone.bus.api<{ state: { messages: number } }>(
        `STREAM.INFO.${streams.inbound}`,
      );
      expect(state.messages).toBe(0);
    },
    { timeoutMs: 60_000 },
  );

/** Ids by text of what the application is to be given. */
async function delivered(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const subject = subjects.deliver('webhook', 'shop');
  const items = await readStored(backbone.bus, streams.deliver, subject, decodeDeliverBatch);
  const ids = new Map<string, Set<string>>();
  for (const item of items) {
    if (item.kind !== 'received') continue;
    const text = textOf(item.message);
    ids.set(text, (ids.get(text) ?? new Set()).add(item.message.id));
  }
  return ids;
}

function textOf({ body }: ReceivedMessage): string {
  return body.kind === 'text' ? body.text : '';
}

test('an SMS whose answer is lost again and again is given to the application once', async () => {
  await startAll();
  await smsc.control.inject({ ...sms, text: 'once', loseAnswers: 3 });
  await acked(1);
  await smsc.control.inject({ ...sms, text: 'twice', repeat: 2 });
  await acked(3);
  await isRouted();
  const sizes = [...(await delivered())].map(([text, ids]) => [text, ids.size]);
  expect(new Map(sizes as [string, number][])).toEqual(
    new Map([
      ['once', 1],
      ['twice', 2],
    ]),
  );
}, 150_000);

test('kill -9 of router, connector and links in mid-traffic: each SMS reaches the application, none twice', async () => {
  await startAll();
  const texts: string[] = [];
  for (const victim of ['connector', 'router', 'links', 'connector', 'router']) {
    const round = Array.from({ length: 150 }, (_, index) => `${texts.length + index} ${victim}`);
    texts.push(...round);
    const injecting = (async () => {
      for (const text of round) await smsc.control.inject({ ...sms, text });
    })();
    const before = (await smsc.control.stats()).injected.acked;
    await eventually(async () => {
      expect((await smsc.control.stats()).injected.acked).toBeGreaterThan(before + 20);
    });
    if (victim === 'links') await smsc.control.disconnect();
    else await restart(victim);
    await injecting;
    await acked(texts.length);
  }
  await isRouted();
  const found = await delivered();
  expect(new Set(found.keys())).toEqual(new Set(texts));
  expect([...found].filter(([, ids]) => ids.size > 1)).toEqual([]);
}, 300_000);
