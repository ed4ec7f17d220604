// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { hasEnded, processIdentity } from './process-identity.ts';

test('a process that runs has not ended; one that was killed has', async () => {
  expect(hasEnded(processIdentity())).toBe(false);
  const child = spawn('sleep', ['60']);
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const [place] = processIdentity().split(' ');
  const identity = `${place} ${child.pid} ${start}`;
  expect(hasEnded(identity)).toBe(false);
  child.kill('SIGSTOP');
  expect(hasEnded(identity)).toBe(false);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect(hasEnded(identity)).toBe(true);
});

test('a process that has got the pid of one before is not that one', () => {
  const [place, pid] = processIdentity().split(' ');
  expect(hasEnded(`${place} ${pid} 1`)).toBe(true);
});

test.each(['', 'elsewhere 1 1', 'another-boot/pid:[4026531836] 1 1', 'x'])(
  'of %p nothing is certain',
  (identity) => {
    expect(hasEnded(identity)).toBe(false);
  },
);
