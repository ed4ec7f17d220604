// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { demoEnvironment, loadCredentials } from './credentials.ts';
import { openStateDir, resetStateDir } from './state-dir.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sendium-state-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

test('Credentials are made at random once, readable by their owner only, and then kept.', () => {
  const path = join(dir, 'credentials.json');
  const first = loadCredentials(path);
  expect(loadCredentials(path)).toEqual(first);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(loadCredentials(join(dir, 'other.json')).key).not.toBe(first.key);
});

test('SMPP passwords have the eight characters that the protocol allows.', () => {
  const { smppPassword, simulatorPassword } = loadCredentials(join(dir, 'credentials.json'));
  expect([smppPassword.length, simulatorPassword.length]).toEqual([8, 8]);
});

test('Services get the hash of the REST key and never the key.', () => {
  const credentials = loadCredentials(join(dir, 'credentials.json'));
  const environment = demoEnvironment(credentials);
  expect(environment['SENDIUM_DEMO_KEY_HASH']).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(JSON.stringify(environment)).not.toContain(credentials.key);
});

test('A reset removes what the stack wrote and nothing else.', async () => {
  const state = await openStateDir(dir);
  writeFileSync(join(dir, 'notes.txt'), 'mine');
  for (const file of [state.trackerStore, `${state.trackerStore}-wal`, state.natsConfig]) {
    writeFileSync(file, '');
  }
  loadCredentials(state.credentials);
  await resetStateDir(dir);
  expect(readdirSync(dir)).toEqual(['notes.txt']);
  expect(readFileSync(join(dir, 'notes.txt'), 'utf8')).toBe('mine');
});
