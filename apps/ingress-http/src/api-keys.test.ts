// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { parseConfiguration, type Configuration } from '@sendium/configuration';
import { createLogger } from '@sendium/runtime';
import { ApiKeys } from './api-keys.ts';

const hashOf = (key: string): string => `sha256:${createHash('sha256').update(key).digest('hex')}`;

const configurationOf = (keys: Readonly<Record<string, readonly string[]>>): Configuration => {
  const accounts = Object.entries(keys).map(([name, hashes]) => [
    name,
    { rest: { keys: hashes.map((hash, n) => ({ name: `k${n}`, hash })) } },
  ]);
  const document = { version: 1, accounts: Object.fromEntries(accounts) as object };
  const parsed = parseConfiguration(JSON.stringify(document));
  if (parsed.kind === 'valid') return parsed.configuration;
  throw new Error(JSON.stringify(parsed.problems));
};

const env: Record<string, string> = { KEY_HASH: hashOf('from-env'), JUNK: 'sha256:zz' };
const source = {
  env: (name: string) => env[name],
  file: (): string => {
    throw new Error('no files here');
  },
};

test('a key is found by its hash, and by nothing else', () => {
  const lines: string[] = [];
  const log = createLogger({ service: 'test' }, { write: (line) => void lines.push(line) });
  const keys = new ApiKeys();
  const one = configurationOf({
    a: [hashOf('one'), '${env:KEY_HASH}', '${env:JUNK}', '${env:NONE}'],
    b: [hashOf('two').toUpperCase().replace('SHA256', 'sha256')],
  });
  keys.adopt(one, source, log);
  const nameOf = (header: string | undefined): string | undefined => keys.accountOf(header)?.name;
  expect(nameOf('Bearer one')).toBe('a');
  expect(nameOf('bearer  from-env')).toBe('a');
  expect(nameOf('Bearer two')).toBe('b');
  const wrong = ['Bearer', 'Bearer ', 'Bearer One', 'Basic one', 'one', `Bearer ${hashOf('one')}`];
  for (const header of [...wrong, `Bearer ${hashOf('one').slice(7)}`, 'Bearer one two', '']) {
    expect([header, nameOf(header)]).toEqual([header, undefined]);
  }
  expect(nameOf(undefined)).toBeUndefined();
  expect(nameOf(`Bearer ${'x'.repeat(10_000)}`)).toBeUndefined();
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toContain('sha256:zz');

  keys.adopt(configurationOf({ a: [hashOf('new')] }), source, log);
  expect(nameOf('Bearer new')).toBe('a');
  expect(nameOf('Bearer one')).toBeUndefined();
});
