// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  assertNothingLeft,
  Child,
  eventually,
  freePorts,
  neutralEnvironment,
  workspaceRoot,
} from '@sendium/testkit';

import { portTable } from './ports.ts';
import { factsOf } from './process-facts.ts';
import { readStackFile } from './stack-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sendium-start-'));
});
afterEach(async () => {
  await assertNothingLeft();
  rmSync(dir, { recursive: true });
});

const npmStart = async (...more: readonly string[]): Promise<Child> => {
  const names = Object.keys(portTable);
  const free = await freePorts(names.length);
  const ports = names.map((name, index) => `${name}=${free[index] ?? 0}`).join(',');
  return Child.start({
    name: 'npm start',
    command: 'npm',
    args: ['start', '--', '--state', dir, ...more],
    env: { ...neutralEnvironment(), SENDIUM_STACK_PORTS: ports },
    cwd: workspaceRoot,
  });
};

const untilReady = (start: Child): Promise<void> =>
  start.until(async () => expect(start.output).toContain('Ctrl-C stops everything.'), 60_000);

/** The running processes that stack.json names, the supervisor among them. */
const pids = (): number[] => {
  const record = readStackFile(join(dir, 'stack.json'));
  return record === undefined ? [] : [record.pid, ...record.processes.map(({ pid }) => pid)];
};

const living = (all: readonly number[]): number[] =>
  all.filter((pid) => factsOf(pid) !== undefined);

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s to npm start stops all in order, leaves nothing running and ends with code 0.',
  async (signal) => {
    const start = await npmStart();
    await untilReady(start);
    const started = pids();
    expect(living(started)).toHaveLength(10);
    start.signal(signal);
    expect(await start.ended).toEqual({ code: 0, signal: null });
    expect(living(started)).toEqual([]);
    expect(start.output).toMatch(/stopped {8}in \d/);
  },
);

test('After kill -9 of npm and the supervisor the next start ends what they left.', async () => {
  const first = await npmStart();
  await untilReady(first);
  const left = pids();
  process.kill(left[0]!, 'SIGKILL');
  await first.ended;
  expect(living(left)).toHaveLength(9);
  const second = await npmStart();
  await untilReady(second);
  expect(second.output).toMatch(/ended what a killed stack had left: nats-server \(pid \d+\), /);
  expect(living(left)).toEqual([]);
  await second.stop();
});

test('When npm is killed, the stack stops by itself.', async () => {
  const start = await npmStart();
  await untilReady(start);
  const started = pids();
  await start.kill();
  await eventually(() => expect(living(started)).toEqual([]), { timeoutMs: 15_000 });
});

test('What is wrong with the command line is told, with exit code 2.', async () => {
  const start = await npmStart('--colour');
  expect(await start.ended).toMatchObject({ code: 2 });
  expect(start.output).toContain("Unknown option '--colour'");
});
