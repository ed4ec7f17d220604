// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { LogFile } from './log-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sendium-log-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

test('A full file becomes the old one, and both stay within the bound.', () => {
  const path = join(dir, 'router.log');
  using log = new LogFile(path, 100);
  for (let line = 0; line < 50; line += 1) log.write(`line ${line}\n`);
  expect(statSync(path).size).toBeLessThanOrEqual(100);
  expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(100);
  expect(readFileSync(path, 'utf8')).toContain('line 49\n');
});

test('What an earlier run wrote is kept and counts.', () => {
  const path = join(dir, 'router.log');
  new LogFile(path, 100).write('before\n');
  using log = new LogFile(path, 10);
  log.write('after\n');
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('before\n');
  expect(readFileSync(path, 'utf8')).toBe('after\n');
});
