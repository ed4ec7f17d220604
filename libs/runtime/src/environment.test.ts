// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { documentLookup } from './environment.ts';

test('keeps the settings of the process out of reach of the configuration document', () => {
  const env = { SENDIUM_STORE_URL: 'mongodb://u:p@h', SENDIUM_DEMO_KEY_HASH: 'x', OTHER: 'y' };
  const readEnv = documentLookup(env, new Set(['SENDIUM_STORE_URL']));
  expect(readEnv('SENDIUM_STORE_URL')).toBeUndefined();
  expect(readEnv('SENDIUM_DEMO_KEY_HASH')).toBe('x');
  expect(readEnv('OTHER')).toBe('y');
  expect(readEnv('__proto__')).toBeUndefined();
});
