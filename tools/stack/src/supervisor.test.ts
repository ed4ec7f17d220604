// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually, freePort, neutralEnvironment, workspaceRoot } from '@sendium/testkit';

import { LogFile } from './log-file.ts';
import { factsOf } from './process-facts.ts';
import type { ServiceDefinition, StackEvent } from './supervised.ts';
import { Supervisor } from './supervisor.ts';

const quick = { firstMs: 20, maxMs: 80, resetAfterMs: 60_000 };

let dir: string;
let supervisor: Supervisor;
let events: StackEvent[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sendium-supervisor-'));
  supervisor = new Supervisor();
  events = [];
  supervisor.onEvent((event) => events.push(event));
});

afterEach(async () => {
  const pids = [...supervisor.pids.values()];
  await supervisor.stop();
  rmSync(dir, { recursive: true });
  expect(pids.filter((pid) => factsOf(pid) !== undefined)).toEqual([]);
});

const define = async (name: string, manner = 'well'): Promise<ServiceDefinition> => {
  const port = await freePort();
  const entry = join(workspaceRoot, 'tools/stack/src/supervisor.fixture.ts');
  return {
    name,
    command: process.execPath,
    args: [entry, String(port), manner],
    env: neutralEnvironment(),
    readyUrl: `http://127.0.0.1:${port}/readyz`,
    stopMs: manner === 'ignores' ? 300 : 2_000,
  };
};

const start = async (name: string, manner?: string): Promise<void> => {
  const log = new LogFile(join(dir, `${name}.log`));
  supervisor.start({ definition: await define(name, manner), log, backoff: quick });
};

const ended = (): Extract<StackEvent, { kind: 'ended' }>[] =>
  events.filter((event) => event.kind === 'ended');

test('A service that is killed comes back at once, and is named with its signal.', async () => {
  await start('router');
  await supervisor.ready(10_000);
  const before = supervisor.pids.get('router');
  supervisor.service('router').signal('SIGKILL');
  await eventually(() => expect(ended()).toHaveLength(1));
  expect(ended()[0]).toMatchObject({ name: 'router', signal: 'SIGKILL', restartInMs: 0 });
  await eventually(() => expect(supervisor.pids.get('router')).toBeDefined());
  await supervisor.ready(10_000);
  expect(supervisor.pids.get('router')).not.toBe(before);
});

test('A service that dies again and again is restarted ever more slowly.', async () => {
  await start('router', 'refuses');
  await eventually(() => expect(ended().length).toBeGreaterThanOrEqual(6));
  expect(
    ended()
      .slice(0, 6)
      .map((event) => event.restartInMs),
  ).toEqual([0, 20, 40, 80, 80, 80]);
});

test('A service that refuses its settings ends the waiting, with its last words.', async () => {
  await start('well');
  await start('router', 'refuses');
  await expect(supervisor.ready(10_000)).rejects.toThrow(
    /^router does not start \(exit code 1\)\. It said last:\n {2}SENDIUM_NATS_URL: is required$/,
  );
});

test('A program that does not exist is reported like one that refuses.', async () => {
  const log = new LogFile(join(dir, 'ghost.log'));
  const definition = { ...(await define('ghost')), command: join(dir, 'nowhere') };
  supervisor.start({ definition, log, backoff: quick });
  await expect(supervisor.ready(10_000)).rejects.toThrow(/could not be run.*\n.*ENOENT/);
});

test('Being killed before it was ready is no refusal.', async () => {
  let kills = 0;
  supervisor.onEvent((event) => {
    if (event.kind !== 'started' || kills === 4) return;
    kills += 1;
    process.kill(event.pid, 'SIGKILL');
  });
  await start('router');
  await supervisor.ready(10_000);
  expect(ended().map((event) => event.signal)).toEqual(Array(4).fill('SIGKILL'));
});

test('Services stop one after the other, the last started first.', async () => {
  for (const name of ['nats-server', 'router', 'ingress-http']) await start(name);
  await supervisor.ready(10_000);
  await supervisor.stop();
  expect(ended().map((event) => [event.name, event.code, event.restartInMs])).toEqual([
    ['ingress-http', 0, undefined],
    ['router', 0, undefined],
    ['nats-server', 0, undefined],
  ]);
  expect(supervisor.pids.size).toBe(0);
});

test('A service that does not stop in its time is killed, and the others still stop well.', async () => {
  await start('router');
  await start('stubborn', 'ignores');
  await supervisor.ready(10_000);
  await supervisor.stop();
  expect(ended().map((event) => [event.name, event.signal])).toEqual([
    ['stubborn', 'SIGKILL'],
    ['router', null],
  ]);
});

test('Each service leads a process group, so that a Ctrl-C does not reach it.', async () => {
  await start('router');
  const pid = await eventually(() => {
    const found = supervisor.pids.get('router');
    expect(found).toBeDefined();
    return String(found);
  });
  const group = execFileSync('ps', ['-o', 'pgid=', '-p', pid], { encoding: 'utf8' });
  expect(group.trim()).toBe(pid);
});

test('All output is in the log file, and only warnings are passed on.', async () => {
  await start('connector', 'warns');
  await supervisor.ready(10_000);
  const notable = events.filter((event) => event.kind === 'notable');
  expect(notable).toEqual([
    { kind: 'notable', name: 'connector', text: 'warning: careful {"connector":"sim"}' },
  ]);
  expect(readFileSync(join(dir, 'connector.log'), 'utf8')).toContain('"msg":"routine"');
});
