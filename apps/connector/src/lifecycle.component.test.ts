// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { readStored } from '@sendium/backbone';
import { decodeSubmitBatch, streams } from '@sendium/contracts';
import { assertNothingLeft, eventually, spawnApp } from '@sendium/testkit';
import { CarrierStage, documentFor, tokenItems } from './carrier.fixture.ts';

let stage: CarrierStage;

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  await assertNothingLeft();
});

const returned = () =>
  readStored(stage.backbone.bus, streams.later, 'due.submit.*', decodeSubmitBatch);

test('on SIGTERM what is on its way comes to its end, the rest goes back, and the exit code is 0', async () => {
  stage = await CarrierStage.start(['window: 10'], ['--latency-ms', '1000']);
  const items = tokenItems(60);
  await stage.dispatch(...items);
  await eventually(async () => {
    expect((await stage.smsc.control.stats()).submissions).toBeGreaterThanOrEqual(10);
  });
  expect(await stage.connector.stop()).toMatchObject({ code: 0 });
  const submitted = [...(await stage.smsc.control.submissionsByToken()).keys()];
  expect(submitted.length).toBeLessThan(60);
  const back = await returned();
  expect(back.length).toBeGreaterThan(0);
  for (const { attempt, history } of back) {
    expect({ attempt, history }).toMatchObject({ attempt: 1, history: [{ verdict: 'returned' }] });
  }
  const ofSubmitted = new Set(
    (await stage.outcomes())
      .filter(({ result }) => result === 'submitted')
      .map(({ messageId }) => messageId),
  );
  expect(ofSubmitted.size).toBe(submitted.length);
  expect(back.filter(({ message }) => ofSubmitted.has(message.id))).toEqual([]);
  expect(await stage.smsc.control.stats()).toMatchObject({ bindsLive: 0 });
  // Another process takes what was never in hand; what went back is the router's.
  await stage.restartConnector();
  await stage.isAllDone();
  const counts = [...(await stage.smsc.control.submissionsByToken()).values()];
  expect(counts.length + back.length).toBe(60);
  expect(counts.every((count) => count === 1)).toBe(true);
});

test('SIGTERM while NATS and the carrier are away ends it in time, and nothing is lost', async () => {
  stage = await CarrierStage.start();
  await stage.smsc.kill();
  await stage.dispatch(...tokenItems(5));
  await eventually(async () => expect(await stage.metrics()).toContain('state="waiting"} 1'));
  await stage.backbone.nats.kill();
  expect(await stage.connector.stop()).toMatchObject({ code: 0 });
  await stage.backbone.nats.restart();
  await eventually(async () => expect(await stage.batchesLeft()).toBe(1));
});

test('SIGTERM while NATS is away and answers cannot be made durable ends it in time', async () => {
  stage = await CarrierStage.start(['window: 10']);
  await stage.smsc.control.stopAnswering('submits');
  await stage.dispatch(...tokenItems(20));
  await eventually(async () => {
    expect((await stage.smsc.control.stats()).submissions).toBe(10);
  });
  await stage.backbone.nats.kill();
  await stage.smsc.control.resume();
  await eventually(async () => {
    expect((await stage.smsc.control.stats())['responses']).toBe(10);
  });
  expect(await stage.connector.stop()).toMatchObject({ signal: null });
  expect((await stage.smsc.control.stats()).submissions).toBe(10);
  await stage.backbone.nats.restart();
});

test('it is ready without a carrier, and not before there is a configuration', async () => {
  stage = await CarrierStage.start();
  await stage.smsc.kill();
  await stage.connector.kill();
  await stage.restartConnector();
  await stage.connector.ready();
  await stage.backbone.nats.kill();
  await eventually(async () => {
    const response = await fetch(`${stage.connector.probeUrl}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.text()).toMatch(/not connected to NATS/);
  });
  await stage.backbone.nats.restart();
  await stage.connector.ready();
});

test('a connector whose settings change binds anew, one that is gone gives back what it holds', async () => {
  stage = await CarrierStage.start(['window: 5']);
  const { port } = stage.smsc;
  await eventually(async () => expect((await stage.smsc.control.stats()).bindsLive).toBe(1));
  await stage.backbone.configure(documentFor(port, ['window: 5', 'binds: 2']));
  await eventually(async () => {
    expect(await stage.smsc.control.stats()).toMatchObject({ bindsLive: 2, bindsOpened: 3 });
  });
  await stage.smsc.control.stopAnswering('submits');
  await stage.dispatch(...tokenItems(30));
  await eventually(async () => {
    expect((await stage.smsc.control.stats()).submissions).toBe(10);
  });
  const gone = documentFor(port).replace('  sim:', '  other:').replace('[sim]', '[other]');
  await stage.backbone.configure(gone);
  await eventually(async () => expect((await returned()).length).toBeGreaterThanOrEqual(10));
  await eventually(async () => {
    expect(await stage.smsc.control.stats()).toMatchObject({ bindsLive: 1 });
  });
});

/** A peer that answers each connection with other octets that are no SMPP, or too early for it. */
async function startNonsense(): Promise<{ port: number; count: () => number } & AsyncDisposable> {
  const said = [
    Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    Buffer.alloc(64, 0xff),
    Buffer.alloc(16),
    Buffer.from('00000010800000040000000000000001', 'hex'),
  ];
  let connections = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(said[connections++ % said.length] ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port, count: () => connections, [Symbol.asyncDispose]: close };
}

test('a carrier that talks nonsense costs nobody else anything', async () => {
  stage = await CarrierStage.start();
  const nonsense = await startNonsense();
  try {
    const timers = '{ bind: 100ms, reconnect: 10ms, reconnect_max: 20ms }';
    const mad = `  mad: { host: 127.0.0.1, port: ${nonsense.port}, system_id: x, password: x, timers: ${timers} }`;
    const document = documentFor(stage.smsc.port).replace('\nroutes:', `\n${mad}\nroutes:`);
    await stage.backbone.configure(document);
    await eventually(() => expect(nonsense.count()).toBeGreaterThan(8));
    await stage.dispatch(...tokenItems(20));
    await stage.isAllDone();
    expect(stage.connector.isRunning).toBe(true);
    expect(await stage.metrics()).toMatch(
      /sendium_smpp_bind_failures_total\{reason="[a-z-]+"\} \d/,
    );
    expect(stage.connector.output).not.toContain('447700900123');
  } finally {
    await stage.connector.stop();
    await nonsense[Symbol.asyncDispose]();
  }
});

test('a process carries only the connectors that it is told to', async () => {
  stage = await CarrierStage.start();
  await stage.connector.stop();
  const { url } = stage.backbone.nats;
  const env = { SENDIUM_NATS_URL: url, SENDIUM_CONNECTORS: 'other' };
  await using elsewhere = await spawnApp({ app: 'connector', env });
  expect(elsewhere.output).toContain('there is no such connector');
  expect((await stage.smsc.control.stats()).bindsLive).toBe(0);
});
