// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { endLeftovers } from './leftovers.ts';
import { factsOf } from './process-facts.ts';
import { readStackFile, recordProcess, writeStackFile } from './stack-file.ts';
import type { RecordedProcess } from './stack-file.ts';

let dir: string;
let stackFile: string;
let children: ChildProcess[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sendium-left-'));
  stackFile = join(dir, 'stack.json');
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dir, { recursive: true });
});

/** A process in a group of its own that knows nothing of signals but to die of them. */
const spawnIdle = (name: string): RecordedProcess => {
  const idle = ['-e', 'setInterval(() => {}, 1000)', name];
  const child = spawn(process.execPath, idle, { detached: true, stdio: 'ignore' });
  children.push(child);
  if (child.pid === undefined) throw new Error('not started');
  return recordProcess(name, child.pid);
};

const urls = {
  rest: '',
  smpp: '',
  nats: '',
  links: '',
  tracker: 'http://127.0.0.1:9190',
  metrics: {},
};
const gone = { pid: 2 ** 22 + 1, startedAt: '1' };

test('What a killed stack left running is ended, and nothing but that.', async () => {
  const [left, stranger] = [spawnIdle('router'), spawnIdle('editor')];
  const reused = { ...spawnIdle('connector'), startedAt: '1' };
  const processes = [left, { ...stranger, name: 'ingress-http' }, reused];
  writeStackFile(stackFile, { ...gone, processes, urls });
  expect(await endLeftovers(stackFile, dir)).toEqual([`router (pid ${left.pid})`]);
  expect(factsOf(left.pid)).toBeUndefined();
  expect(factsOf(stranger.pid)).toBeDefined();
  expect(factsOf(reused.pid)).toBeDefined();
  expect(readStackFile(stackFile)).toBeUndefined();
});

test('A stack whose supervisor lives is left alone, and named.', async () => {
  const supervisor = spawnIdle('stack');
  const service = spawnIdle('router');
  writeStackFile(stackFile, { ...supervisor, processes: [service], urls });
  await expect(endLeftovers(stackFile, dir)).rejects.toThrow(
    `A stack runs already on ${dir} (pid ${supervisor.pid}). Stop it first: kill ${supervisor.pid}`,
  );
  expect(factsOf(service.pid)).toBeDefined();
});

test('Without a file, or with one that cannot be read, there is nothing to end.', async () => {
  expect(await endLeftovers(join(dir, 'none.json'), dir)).toEqual([]);
});
