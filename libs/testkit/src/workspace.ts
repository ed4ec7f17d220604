// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { defaultCacheDir } from './server-cache.ts';

/** The root of the checkout: the same from src and from dist. */
export const workspaceRoot = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * The environment of this process without what would change a service under test: its own
 * SENDIUM_* settings and the NODE_OPTIONS of the test runner.
 */
export const neutralEnvironment = (): Record<string, string> => {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    const isOurs = name.startsWith('SENDIUM_') || name === 'NODE_OPTIONS';
    if (!isOurs && value !== undefined) kept[name] = value;
  }
  return kept;
};

/**
 * The environment for a program that runs from its sources: neutral, and compiled code is kept between
 * runs. Without that each process strips types and compiles anew, which costs
 * every process 30 MB and the start of the whole stack a second.
 */
export const sourceEnvironment = (): Record<string, string> => ({
  NODE_COMPILE_CACHE: join(defaultCacheDir(), 'compiled'),
  ...neutralEnvironment(),
});
