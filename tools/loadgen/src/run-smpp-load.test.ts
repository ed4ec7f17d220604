// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Simulator } from '@sendium/smsc-simulator';
import { startSimulator } from '@sendium/smsc-simulator';
import { eventually, SmscDriver } from '@sendium/testkit';
import { runSmppLoad } from './run-smpp-load.ts';

let server: Simulator;
let control: SmscDriver;
beforeEach(async () => {
  server = await startSimulator({
    engine: 'fast',
    settings: { systemId: 'demo', password: 'secret', receipts: 'asked', keepMessages: 10 },
  });
  control = new SmscDriver(server.controlUrl);
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

const load = () => ({
  host: server.host,
  port: server.port,
  systemId: 'demo',
  password: 'secret',
  seconds: 20,
});

test('all binds send, each as much as its window at a time, and not one message more', async () => {
  await control.change({ latencyMs: 20 });
  const report = await runSmppLoad({ ...load(), binds: 4, window: 25, messages: 1_000 });
  expect(report).toMatchObject({
    accepted: 1_000,
    refused: 0,
    failed: 0,
    inDoubt: 0,
    requests: 1_000,
    statuses: { ESME_ROK: 1_000 },
    connectFailures: 0,
  });
  expect(report.latencyMs.p50).toBeGreaterThanOrEqual(19);
  expect(report.processes.map(({ name }) => name)).toEqual(['loadgen']);
  expect(await control.stats()).toMatchObject({
    accepted: 1_000,
    bindsOpened: 4,
    windowMax: 25,
    receipts: { made: 0 },
  });
});

test('messages are what was asked for', async () => {
  const text = 'Another text';
  await runSmppLoad({ ...load(), binds: 1, messages: 1, from: '54321', text });
  expect(await control.messages()).toMatchObject([
    { source: { address: '54321' }, text, data_coding: 0, registered_delivery: 0 },
  ]);
  await runSmppLoad({ ...load(), binds: 1, messages: 2, registeredDelivery: 1 });
  expect((await control.stats()).receipts.made).toBe(2);
});

test('refusals are counted by status, those for now apart from those for good', async () => {
  await control.change({ throttleShare: 1 });
  const busy = await runSmppLoad({ ...load(), messages: 40 });
  expect(busy).toMatchObject({ accepted: 0, refused: 40, failed: 0 });
  expect(busy.statuses).toEqual({ ESME_RTHROTTLED: 40 });
  await control.change({ throttleShare: 0, rejectShare: 1, rejectStatus: 0x0b });
  const wrong = await runSmppLoad({ ...load(), messages: 40 });
  expect(wrong).toMatchObject({ refused: 0, failed: 40, statuses: { ESME_RINVDSTADR: 40 } });
});

test('what was in flight on a lost bind is in doubt, and the load goes on over a new one', async () => {
  await control.stopAnswering();
  const running = runSmppLoad({ ...load(), binds: 1, window: 10, messages: 100 });
  await eventually(async () => {
    if ((await control.stats()).submissions < 10) throw new Error('the window is not full');
  });
  await control.disconnect();
  await control.resume();
  const report = await running;
  expect(report).toMatchObject({ accepted: 90, inDoubt: 10, requests: 100 });
  expect((await control.stats()).bindsOpened).toBe(2);
});

test('a gateway that refuses the bind ends the run at once', async () => {
  const running = runSmppLoad({ ...load(), password: 'wrong' });
  await expect(running).rejects.toMatchObject({ name: 'BindRefusedError' });
});

test('a gateway that is not there is tried again and again until the end', async () => {
  const { host, port } = server;
  const options = { ...load(), host, port, binds: 1, seconds: 0.5 };
  await server[Symbol.asyncDispose]();
  const report = await runSmppLoad(options);
  server = await startSimulator({ engine: 'fast' });
  expect(report).toMatchObject({ accepted: 0, requests: 0 });
  expect(report.connectFailures).toBeGreaterThan(1);
});

test('a signal ends the load, after the answers to what was sent', async () => {
  const stop = new AbortController();
  // Longer than a test may take: nothing but the signal ends it.
  const running = runSmppLoad({ ...load(), seconds: 120, signal: stop.signal });
  await eventually(async () => {
    if ((await control.stats()).accepted < 100) throw new Error('too early');
  });
  stop.abort();
  const report = await running;
  expect(report.inDoubt).toBe(0);
  expect((await control.stats()).accepted).toBe(report.accepted);
});
