// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

/** Whether the process lives; one that has ended and whose code nobody has asked for does not. */
const isLiving = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

test('A child does not outlive a process that ends without stopping it.', async () => {
  const script = [
    "const { Child } = await import('./libs/testkit/src/index.ts');",
    "const args = ['-e', 'setInterval(() => {}, 1000)'];",
    "const child = await Child.start({ name: 'idle', command: process.execPath, args, env: {} });",
    'process.stdout.write(String(child.pid));',
    'process.exit(0);',
  ].join('\n');
  const args = ['--conditions=@sendium/source', '--input-type=module', '-e', script];
  const output = execFileSync(process.execPath, args, { cwd: workspaceRoot, encoding: 'utf8' });
  const pid = Number(output.trim());
  expect(pid).toBeGreaterThan(1);
  await eventually(() => expect(isLiving(pid)).toBe(false));
});
