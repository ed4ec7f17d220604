// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawnSync } from 'node:child_process';
import { runInThisContext } from 'node:vm';

import { expect, test } from '@jest/globals';

import { atExit } from './at-exit.ts';
import { eventually } from './eventually.ts';
import { workspaceRoot } from './workspace.ts';

test('The listener is with the real process, also within Jest, until it is forgotten.', () => {
  const real = runInThisContext('process') as NodeJS.Process;
  const before = real.listenerCount('exit');
  const forget = atExit(() => undefined);
  expect(real.listenerCount('exit')).toBe(before + 1);
  forget();
  expect(real.listenerCount('exit')).toBe(before);
});

/** Empty when there is no such process; Z when it has ended and nobody asked for its code. */
const stateOf = (pid: number): string => {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim();
};

test('A child does not outlive a process that ends without stopping it.', async () => {
  const script = [
    "const { Child } = await import('./libs/testkit/src/index.ts');",
    "const args = ['-e', 'setInterval(() => {}, 1000)'];",
    "const child = await Child.start({ name: 'idle', command: process.execPath, args, env: {} });",
    'console.log(child.pid);',
    'process.exit(0);',
  ].join('\n');
  const args = ['--conditions=@sendium/source', '--input-type=module', '-e', script];
  const output = execFileSync(process.execPath, args, { cwd: workspaceRoot, encoding: 'utf8' });
  const pid = Number(output.trim());
  expect(pid).toBeGreaterThan(1);
  await eventually(() => expect(stateOf(pid)).toMatch(/^$|^Z/));
});
