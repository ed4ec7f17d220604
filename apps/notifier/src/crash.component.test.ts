// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { readStored, startBackbone, type Backbone } from '@sendium/backbone';
import {
  decodeEventBatch,
  deliverChannel,
  deliverIdOf,
  streams,
  subjects,
} from '@sendium/contracts';
import { gatewayGroup } from '@sendium/message';
import { eventually, spawnApp, type SpawnedApp } from '@sendium/testkit';
import { Webhook } from 'standardwebhooks';
import { documentOf, testSecret } from './notifier.fixture.ts';
import { Opened } from './opened.fixture.ts';
import { sampleReport } from './sample-event.fixture.ts';

const opened = new Opened();
afterEach(() => opened[Symbol.asyncDispose]());

const start = (
  { nats }: Backbone,
  env: Readonly<Record<string, string>> = {},
): Promise<SpawnedApp> =>
  spawnApp({
    app: 'notifier',
    env: {
      SENDIUM_NATS_URL: nats.url,
      SENDIUM_WEBHOOK_RETRIES: '0s,100ms,200ms,500ms,1s,1s,1s,1s,1s,1s',
      SENDIUM_WEBHOOK_REST: '100ms',
      SENDIUM_WEBHOOK_REST_MAX: '500ms',
      ...env,
    },
  });

test('kill -9 at any moment, also of nats-server: every event is told, and again only under its id', async () => {
  let calls = 0;
  const [steady, moody] = [
    await opened.receive(),
    await opened.receive({ answer: () => (++calls % 7 === 0 ? 500 : 204) }),
  ];
  const configuration = documentOf({
    demo: [
      { name: 'steady', url: steady.url },
      { name: 'moody', url: moody.url },
    ],
  });
  const backbone = opened.use(
    await startBackbone({ configuration, nats: { syncInterval: 'always' } }),
  );
  const reports = Array.from({ length: 3000 }, () => sampleReport());
  const channel = deliverChannel('webhook', 'demo', 'test');
  const publishing = Promise.all(
    reports.map((report) => backbone.publisher.publish(channel, report)),
  );
  let app = opened.use(await start(backbone));
  for (let kill = 0; kill < 4; kill++) {
    // Some have come since the kill before, so that it falls among calls and what follows from them.
    const least = steady.hooks.length + 150;
    await eventually(() => expect(steady.hooks.length).toBeGreaterThan(least), {
      timeoutMs: 20_000,
    });
    if (kill === 2) {
      await backbone.nats.kill();
      await backbone.nats.restart();
    } else {
      await app.kill();
      app = opened.use(await start(backbone));
    }
  }
  await publishing;
  await eventually(
    async () => {
      for (const stream of [streams.deliver, streams.later]) {
        const call = `STREAM.INFO.${stream}`;
        const { state } = await backbone.bus.api<{ state: { messages: number } }>(call);
        expect(state.messages).toBe(0);
      }
    },
    { timeoutMs: 40_000 },
  );
  const ids = new Set(reports.map(deliverIdOf));
  expect(new Set(steady.ids)).toEqual(ids);
  expect(new Set(moody.ids)).toEqual(ids);
  const notified = await readStored(
    backbone.bus,
    streams.events,
    subjects.event(gatewayGroup, 'notified'),
    (octets) => decodeEventBatch(octets).events,
  );
  for (const endpoint of ['steady', 'moody']) {
    const told = notified.flatMap((event) =>
      event.kind === 'notified' && event.endpoint === endpoint
        ? [`${event.messageId}-${event.status}`]
        : [],
    );
    expect(new Set(told)).toEqual(ids);
  }
  expect(await app.stop()).toMatchObject({ code: 0 });
}, 150_000);

test('SIGTERM while a receiver is slow: the process ends in time, and what was under way comes again', async () => {
  const isSlow = { now: true };
  const receiver = await opened.receive({
    answer: () => (isSlow.now ? () => undefined : 204),
  });
  const configuration = documentOf({ demo: [{ url: receiver.url, timeout: '60s' }] });
  const backbone = opened.use(await startBackbone({ configuration }));
  const reports = Array.from({ length: 100 }, () => sampleReport());
  const channel = deliverChannel('webhook', 'demo', 'test');
  await Promise.all(reports.map((report) => backbone.publisher.publish(channel, report)));
  const app = opened.use(await start(backbone));
  await eventually(() => expect(receiver.hooks).toHaveLength(16));
  expect(await app.stop()).toMatchObject({ code: 0 });
  isSlow.now = false;
  opened.use(await start(backbone));
  await eventually(() => expect(receiver.hooks).toHaveLength(116));
  expect(new Set(receiver.ids).size).toBe(100);
}, 60_000);

test('over TLS the certificate must be one that is trusted, for the name of the URL; no number is logged', async () => {
  const file = new URL('../../../libs/smpp-link/src/testing-certificate.pem', import.meta.url);
  const pem = readFileSync(file, 'utf8');
  const receiver = await opened.receive({ tls: { key: pem, cert: pem } });
  const url = receiver.url.replace('127.0.0.1', 'localhost');
  const endpoint = { url: `${url}?token=canary` };
  const networks = ['127.0.0.0/8', '::1/128'];
  const configuration = documentOf({ demo: [endpoint] }, networks);
  const backbone = opened.use(await startBackbone({ configuration }));
  const channel = deliverChannel('webhook', 'demo', 'test');
  await backbone.publisher.publish(channel, sampleReport());
  const wary = opened.use(await start(backbone));
  const metricsOf = async (app: SpawnedApp): Promise<string> =>
    (await fetch(`${app.probeUrl}/metrics`)).text();
  await eventually(async () =>
    expect(await metricsOf(wary)).toMatch(/attempts_total\{result="unreachable"\} [1-9]/),
  );
  expect(receiver.hooks).toEqual([]);
  await wary.stop();
  const { pathname } = file;
  const trusting = opened.use(await start(backbone, { NODE_EXTRA_CA_CERTS: pathname }));
  await eventually(() => expect(receiver.hooks).toHaveLength(1));
  const [hook] = receiver.hooks;
  new Webhook(testSecret).verify(hook!.raw, { ...hook!.headers });
  for (const output of [wary.output, trusting.output, await metricsOf(trusting)]) {
    expect(output).not.toMatch(/canary|7700900|whsec_/);
  }
}, 60_000);
