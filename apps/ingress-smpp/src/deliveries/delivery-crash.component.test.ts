// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { startBackbone } from '@sendium/backbone';
import { deliverChannel, streams, type Report } from '@sendium/contracts';
import { eventually, freePort, spawnApp, type SpawnedApp } from '@sendium/testkit';
import { sampleReport } from './sample-report.fixture.ts';
import { bindClient, type TestClient } from './test-client.fixture.ts';

const configuration = `
version: 1
accounts: { demo: { smpp: { system_id: demo, password: x } } }
connectors: {}
routes: []
`;

test('kill -9 at any moment, also of nats-server: every report reaches the client', async () => {
  await using backbone = await startBackbone({ configuration, nats: { syncInterval: 'always' } });
  const port = await freePort();
  const env = { SENDIUM_NATS_URL: backbone.nats.url, SENDIUM_SMPP_LISTEN: `127.0.0.1:${port}` };
  const start = (): Promise<SpawnedApp> => spawnApp({ app: 'ingress-smpp', env });
  const clients: TestClient[] = [];
  const bind = async (): Promise<void> => void clients.push(await bindClient({ port }));
  const seen = (): readonly string[] => clients.flatMap(({ ids }) => ids);

  const reports: Report[] = [];
  const publishing: Promise<void>[] = [];
  const publish = (count: number): void => {
    const more = Array.from({ length: count }, () => sampleReport());
    const channel = deliverChannel('smpp', 'demo', 'test');
    publishing.push(...more.map((report) => backbone.publisher.publish(channel, report)));
    reports.push(...more);
  };
  let app = await start();
  await bind();
  for (let kill = 0; kill < 4; kill++) {
    // However many have been given, there are more: the kill falls among deliver_sm and their answers.
    publish(2000);
    const least = seen().length + 200;
    await eventually(() => expect(seen().length).toBeGreaterThan(least), { timeoutMs: 40_000 });
    if (kill === 2) {
      await backbone.nats.kill();
      await backbone.nats.restart();
    } else {
      await app.kill();
      app = await start();
      await bind();
    }
  }
  await Promise.all(publishing);
  await eventually(
    async () => {
      expect(new Set(seen()).size).toBe(reports.length);
      for (const stream of [streams.deliver, streams.later]) {
        const call = `STREAM.INFO.${stream}`;
        const { state } = await backbone.bus.api<{ state: { messages: number } }>(call);
        expect(state.messages).toBe(0);
      }
    },
    { timeoutMs: 60_000 },
  );
  expect(new Set(seen())).toEqual(new Set(reports.map(({ messageId }) => messageId)));
  expect(await app.stop()).toMatchObject({ code: 0 });
  for (const client of clients) client.vanish();
}, 240_000);
