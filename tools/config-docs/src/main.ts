// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** Writes docs/configuration.md. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { renderConfigurationPage } from './render.ts';

const root = resolve(import.meta.dirname, '../../..');
writeFileSync(join(root, 'docs/configuration.md'), await renderConfigurationPage(root));
