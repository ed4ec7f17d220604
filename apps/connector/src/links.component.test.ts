// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { LinkServiceService } from '@sendium/contracts';
import { connectGrpc, type GrpcClient } from '@sendium/grpc';
import { assertNothingLeft, eventually, freePort, spawnApp } from '@sendium/testkit';
import { CarrierStage, documentFor, tokenItems } from './carrier.fixture.ts';

let stage: CarrierStage;
let client: GrpcClient<typeof LinkServiceService>;

afterEach(async () => {
  await client[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
  await assertNothingLeft();
});

async function start(...settings: readonly string[]): Promise<void> {
  stage = await CarrierStage.start(settings);
  await stage.connector.stop();
  await spawnWithGrpc();
}

async function spawnWithGrpc(): Promise<void> {
  const port = await freePort();
  const url = stage.backbone.nats.url;
  const env = { SENDIUM_NATS_URL: url, SENDIUM_GRPC_LISTEN: `127.0.0.1:${port}` };
  stage.connector = await spawnApp({ app: 'connector', env });
  client = connectGrpc(LinkServiceService, { url: `http://127.0.0.1:${port}` });
}

async function sim() {
  const { connectors } = await client.calls.listLinks({ connector: 'sim' });
  if (connectors[0] === undefined) throw new Error('sim does not run');
  return connectors[0];
}

test('the state of each bind is told: where it is bound, since when, its window and its rate', async () => {
  await start('binds: 2', 'window: 7', 'tps: 50');
  await eventually(async () => {
    expect(await sim()).toMatchObject({
      ...{ connector: 'sim', group: 'sim', paused: false, rateLimit: 50, inHand: 0 },
      slots: [0, 1].map((slot) => ({
        ...{ slot, state: 'open', inFlight: 0, window: 7 },
        links: [{ mode: 'transceiver', state: 'bound', host: '127.0.0.1', interfaceVersion: 0x34 }],
      })),
    });
  });
  const [slot] = (await sim()).slots;
  expect(slot?.links[0]?.boundSince?.getTime()).toBeGreaterThan(Date.now() - 60_000);
  expect(slot?.links[0]?.port).toBe(stage.smsc.port);
  await stage.smsc.kill();
  await eventually(async () => {
    const links = (await sim()).slots.flatMap((each) => each.links);
    expect(links).toHaveLength(2);
    for (const link of links)
      expect(link).toMatchObject({ state: 'waiting', boundSince: undefined });
    expect(links.map(({ lastError }) => lastError).join(' ')).toMatch(
      /socket-error|closed-by-peer/,
    );
  });
});

test('paused, nothing is submitted and receipts come in; also a process that starts later obeys', async () => {
  await start();
  await eventually(async () => expect((await stage.smsc.control.stats()).bindsLive).toBe(1));
  await client.calls.pauseLinks({ connector: 'sim' });
  await eventually(async () => expect((await sim()).paused).toBe(true));
  await stage.dispatch(...tokenItems(3));
  await eventually(async () => expect((await sim()).inHand).toBe(3));
  expect(await stage.metrics()).toContain('sendium_link_paused{connector="sim"} 1');
  await stage.smsc.control.inject({ from: '447700900999', to: '12345', text: 'HI' });
  await eventually(async () =>
    expect(await stage.smsc.control.stats()).toMatchObject({ injected: { acked: 1 } }),
  );
  await stage.connector.kill();
  await client[Symbol.asyncDispose]();
  await spawnWithGrpc();
  await eventually(async () => expect(await sim()).toMatchObject({ paused: true, inHand: 3 }), {
    timeoutMs: 30_000,
  });
  expect((await stage.smsc.control.stats()).submissions).toBe(0);
  await client.calls.resumeLinks({ connector: 'sim' });
  await stage.isAllDone();
  expect(await stage.duplicates(3)).toBe(0);
});

test('rebind ends every session in order and binds anew, once for each order', async () => {
  await start('binds: 2', 'timers: { reconnect: 20ms, reconnect_max: 50ms }');
  const { bindsOpened } = await eventually(async () => {
    const stats = await stage.smsc.control.stats();
    expect(stats.bindsLive).toBe(2);
    return stats;
  });
  await client.calls.rebindLinks({ connector: 'sim' });
  await eventually(async () => {
    expect(await stage.smsc.control.stats()).toMatchObject({
      ...{ bindsLive: 2, bindsOpened: bindsOpened + 2, protocolErrors: 0 },
    });
  });
});

test('who orders for a connector that does not exist is told so', async () => {
  await start();
  await expect(client.calls.pauseLinks({ connector: 'none' })).rejects.toMatchObject({
    status: 'not_found',
  });
  expect((await client.calls.listLinks({ connector: 'none' })).connectors).toEqual([]);
});

/** Accepts connections and closes each at once. */
async function startRude(): Promise<{ port: number } & AsyncDisposable> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port, [Symbol.asyncDispose]: close };
}

test('when the first host does not serve, the second is bound', async () => {
  await start();
  await using rude = await startRude();
  const { port } = stage.smsc;
  const hosts = `hosts: [{ host: 127.0.0.1, port: ${rude.port} }, { host: 127.0.0.1, port: ${port} }]`;
  const document = documentFor(port, [hosts, 'timers: { reconnect: 20ms }'])
    .replace('    host: 127.0.0.1\n', '')
    .replace(`    port: ${port}\n`, '');
  await stage.backbone.configure(document);
  await eventually(async () => {
    expect((await sim()).slots[0]?.links[0]).toMatchObject({ state: 'bound', port });
  });
  await stage.dispatch(...tokenItems(2));
  await stage.isAllDone();
});
