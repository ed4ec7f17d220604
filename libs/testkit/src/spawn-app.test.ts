// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from '@jest/globals';

import { assertNothingLeft } from './child.ts';
import { spawnApp } from './spawn-app.ts';

const fixture = { app: 'fixture', entry: 'libs/testkit/src/spawn-app.fixture.ts' };

afterEach(assertNothingLeft);

test('An app is returned when its readiness probe says so, without the options of Jest.', async () => {
  await using app = await spawnApp({ ...fixture, env: { SENDIUM_READY_AFTER_MS: '300' } });
  const answer = await fetch(`${app.probeUrl}/readyz`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual([]);
});

test('An app that ends before it is ready is told with its exit code and its words.', async () => {
  const failing = spawnApp({ ...fixture, env: { SENDIUM_REFUSE: 'yes' } });
  await expect(failing).rejects.toThrow(/ended \(exit code 2\):\nSENDIUM_NATS_URL is missing/);
});

test('SIGTERM lets an app end in order and SIGKILL does not.', async () => {
  const drained = await spawnApp({ ...fixture, env: {} });
  expect(await drained.stop()).toEqual({ code: 0, signal: null });
  expect(drained.output).toContain('drained');
  const killed = await spawnApp({ ...fixture, env: {} });
  expect(await killed.kill()).toEqual({ code: null, signal: 'SIGKILL' });
  expect(killed.output).not.toContain('drained');
});

test('A process that a test left behind is ended and named.', async () => {
  const app = await spawnApp({ ...fixture, env: {} });
  await expect(assertNothingLeft()).rejects.toThrow(`left running: fixture (pid ${app.pid})`);
  expect(app.isRunning).toBe(false);
});
