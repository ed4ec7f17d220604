// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { renderConfigurationPage } from './render.ts';

const root = resolve(import.meta.dirname, '../../..');

test('docs/configuration.md says what the schemas say (npm run docs writes it)', async () => {
  const written = readFileSync(join(root, 'docs/configuration.md'), 'utf8');
  expect(written).toBe(await renderConfigurationPage(root));
});
