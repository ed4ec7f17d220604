// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readLedger } from './ledger.ts';
import { runLoad } from './run-load.ts';
import { StubGateway } from './stub-gateway.fixture.ts';

let gateway: StubGateway;
let folder: string;
let ledger: string;
beforeEach(async () => {
  gateway = await StubGateway.start();
  folder = await mkdtemp(join(tmpdir(), 'loadgen-'));
  ledger = join(folder, 'ledger');
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const load = () => ({ url: gateway.url, key: 'secret', connections: 4, seconds: 20 });

test('a closed loop sends as many messages as asked for, each with its own token', async () => {
  const report = await runLoad({ ...load(), messages: 200, hasTokens: true });
  expect(report).toMatchObject({
    accepted: 200,
    refused: 0,
    failed: 0,
    inDoubt: 0,
    requests: 200,
    statuses: { 202: 200 },
  });
  expect(new Set(gateway.messages.map(({ text }) => text.split(' ')[0])).size).toBe(200);
  expect(gateway.messages.every(({ text }) => text.startsWith(report.tokenPrefix!))).toBe(true);
  expect(report.latencyMs.p50).toBeGreaterThan(0);
  expect(report.latencyMs.max).toBeGreaterThanOrEqual(report.latencyMs.p99);
});

test('the ledger holds the id of each accepted message, of batches too', async () => {
  const report = await runLoad({ ...load(), messages: 100, batch: 10, ledger });
  expect(report).toMatchObject({ accepted: 100, requests: 10 });
  const { accepted } = await readLedger(ledger);
  const sent = gateway.messages.map(({ id, text }) => [text.split(' ')[0], id] as const);
  expect(accepted).toEqual(new Map(sent));
});

test('an open loop sends at its rate, and its latency counts from when a request was due', async () => {
  const held: (() => void)[] = [];
  let isHolding = true;
  gateway.misbehave = (_request, response) => {
    if (!isHolding) return false;
    held.push(() => response.writeHead(202).end('{"id":"x"}'));
    return true;
  };
  setTimeout(() => {
    isHolding = false;
    for (const release of held) release();
  }, 300);
  const report = await runLoad({ ...load(), messages: 60, ratePerSecond: 200, connections: 2 });
  expect(report.accepted).toBe(60);
  // Only two requests met the stall, but every one that was due meanwhile waited for it.
  expect(report.latencyMs.p50).toBeGreaterThan(50);
});

test('an open loop tells how many messages were due and never sent', async () => {
  gateway.misbehave = () => true;
  const report = await runLoad({
    ...load(),
    connections: 1,
    seconds: 0.2,
    ratePerSecond: 100,
    timeoutMs: 300,
  });
  expect(report).toMatchObject({ accepted: 0, inDoubt: 1, unsent: 19 });
});

test('a request whose connection dies is in doubt, and the load goes on', async () => {
  let requests = 0;
  gateway.misbehave = (request) => {
    requests += 1;
    if (requests % 10 !== 0) return false;
    request.socket.destroy();
    return true;
  };
  const report = await runLoad({ ...load(), messages: 100, ledger });
  expect(report).toMatchObject({ accepted: 90, inDoubt: 10, requests: 100 });
  const content = await readLedger(ledger);
  expect([content.accepted.size, content.inDoubt.size]).toEqual([90, 10]);
});

test('refusals are counted, and tried again only when asked for', async () => {
  let refusals = 0;
  const refuse = () => {
    refusals = 0;
    gateway.misbehave = (_request, response) => {
      refusals += 1;
      if (refusals > 5) return false;
      response.writeHead(429, { 'retry-after': '0' }).end('{}');
      return true;
    };
  };
  refuse();
  const once = await runLoad({ ...load(), messages: 20, ledger });
  expect(once).toMatchObject({ accepted: 15, refused: 5, statuses: { 202: 15, 429: 5 } });
  expect((await readLedger(ledger)).refused.size).toBe(5);
  refuse();
  const again = await runLoad({ ...load(), messages: 20, mayRetry: true });
  expect(again).toMatchObject({ accepted: 20, refused: 0 });
});

test('other answers than 202, 429 and 503 count as failed', async () => {
  gateway.misbehave = (_request, response) => {
    response.writeHead(401).end('{}');
    return true;
  };
  expect(await runLoad({ ...load(), messages: 5 })).toMatchObject({ accepted: 0, failed: 5 });
});

test('another gateway is sent GET requests of the path it wants', async () => {
  const paths: string[] = [];
  gateway.misbehave = (request, response) => {
    paths.push(`${String(request.method)} ${String(request.url)}`);
    response.writeHead(202).end('0: Accepted');
    return true;
  };
  const report = await runLoad({ ...load(), messages: 3, getPath: '/send?to=1' });
  expect(report.accepted).toBe(3);
  expect(paths).toEqual(Array(3).fill('GET /send?to=1'));
});

test('a signal ends the load, after the answers to what was sent', async () => {
  const stop = new AbortController();
  gateway.misbehave = () => {
    if (gateway.messages.length >= 50) stop.abort();
    return false;
  };
  const report = await runLoad({ ...load(), signal: stop.signal });
  expect(report.inDoubt).toBe(0);
  expect(report.accepted).toBe(gateway.messages.length);
});

test('a gateway that is not there is tried again and again until the end', async () => {
  const { url } = gateway;
  await gateway[Symbol.asyncDispose]();
  const report = await runLoad({ url, key: 'k', connections: 1, seconds: 0.2 });
  gateway = await StubGateway.start();
  expect(report).toMatchObject({ accepted: 0, requests: 0 });
  expect(report.connectFailures).toBeGreaterThan(1);
});

test('the CPU time and memory of processes are measured', async () => {
  const processes = [
    { name: 'gateway', pid: process.pid },
    { name: 'gone', pid: 2 ** 22 + 1 },
  ];
  const report = await runLoad({ ...load(), messages: 3_000, processes });
  expect(report.processes.map(({ name }) => name)).toEqual(['gateway', 'loadgen']);
  expect(report.processes[0]!.cpuMicroseconds).toBeGreaterThan(0);
  expect(report.processes[0]!.residentBytes).toBeGreaterThan(10_000_000);
});

test('connections that end while they are idle cost no request its end', async () => {
  const closing = setInterval(() => gateway.closeIdleConnections(), 5);
  const report = await runLoad({ ...load(), messages: 100, ratePerSecond: 200, ledger });
  clearInterval(closing);
  expect(report.accepted + report.inDoubt).toBe(100);
  const { accepted } = await readLedger(ledger);
  expect(accepted.size).toBe(report.accepted);
});
