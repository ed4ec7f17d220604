// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runCrashes } from './run-crashes.ts';

test('kill -9 of anything at any moment loses nothing, and doubles no more than a window per bind', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'sendium-crash-'));
  const reports = await runCrashes({ kills: 12, seed: 7, messagesPerSecond: 40, stateDir });
  expect(reports.flatMap(({ phase, broken }) => broken.map((what) => `${phase}: ${what}`))).toEqual(
    [],
  );
  rmSync(stateDir, { recursive: true });
}, 300_000);
