// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseCommand } from './flags.ts';

const none = ['--stack', '/nonexistent/stack.json'];

test('a load is described by flags', () => {
  const args = ['--url', 'http://h:1', '--key', 'k', '--rate', '500', '--batch=100', '--token'];
  expect(parseCommand([...none, ...args, '--pid', 'router=12', '--json'])).toEqual({
    kind: 'load',
    isJson: true,
    options: {
      url: 'http://h:1',
      key: 'k',
      ratePerSecond: 500,
      batch: 100,
      hasTokens: true,
      processes: [{ name: 'router', pid: 12 }],
    },
  });
});

test('a running stack tells URL, key, processes and the simulator', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'loadgen-'));
  const file = join(folder, 'stack.json');
  const stack = {
    processes: [{ name: 'router', pid: 7 }],
    urls: { rest: 'http://127.0.0.1:8080', simulator_control: 'http://127.0.0.1:2777' },
    demo: { key: 'of-the-demo' },
  };
  await writeFile(file, JSON.stringify(stack));
  const load = parseCommand(['--stack', file]);
  const verify = parseCommand(['verify', '--stack', file, '--ledger', 'l', '--wait', '5']);
  await rm(folder, { recursive: true });
  const where = { url: stack.urls.rest, key: 'of-the-demo' };
  expect(load).toMatchObject({ options: { ...where, processes: stack.processes } });
  const simulatorUrl = stack.urls.simulator_control;
  expect(verify).toMatchObject({
    kind: 'verify',
    options: { ...where, simulatorUrl, ledger: 'l', waitSeconds: 5 },
  });
});

test.each([
  [['--seconds', '0', '--key', 'k'], '--seconds must be a number above 0'],
  [[], '--key is missing, and no stack is running'],
  [['verify', '--key', 'k'], '--ledger is missing'],
  [['destroy'], 'no such command: destroy'],
  [['--pid', 'x', '--key', 'k'], '--pid must be NAME=PID'],
])('%p is refused', (args, problem) => {
  expect(parseCommand([...none, ...args])).toEqual({ kind: 'invalid', problem });
});
