// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ConfigError, loadConfig, type ConfigProblem } from './load-config.ts';
import { setting, type Settings } from './setting.ts';
import {
  byteSize,
  duration,
  flag,
  listenAddress,
  oneOf,
  secret,
  urlOf,
  wholeNumber,
} from './setting-values.ts';

const settings = {
  listen: setting('SENDIUM_HTTP_LISTEN', listenAddress, '127.0.0.1:8080'),
  nats: {
    url: setting('SENDIUM_NATS_URL', urlOf('nats', 'tls')),
    password: setting('SENDIUM_NATS_PASSWORD', secret.optional()),
  },
  waitMs: setting('SENDIUM_WAIT', duration, '1s'),
};

const problemsOf = (shape: Settings, env: Record<string, string>): readonly ConfigProblem[] => {
  try {
    loadConfig(shape, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

test('reads settings of every shape from their variables, nested as they are declared', () => {
  const config = loadConfig(settings, {
    SENDIUM_NATS_URL: 'nats://a:4222,nats://b:4222',
    SENDIUM_NATS_PASSWORD: 'hush',
    SENDIUM_WAIT: '5m',
    HOME: '/root',
  });
  expect(config.listen).toEqual({ host: '127.0.0.1', port: 8080 });
  expect(config.nats.url).toBe('nats://a:4222,nats://b:4222');
  expect(config.nats.password?.reveal()).toBe('hush');
  expect(config.waitMs).toBe(300_000);
  expect(JSON.stringify(config)).not.toContain('hush');
  expect(Object.isFrozen(config) && Object.isFrozen(config.nats)).toBe(true);
});

test('reports every problem at once, by variable and expectation, and repeats no value', () => {
  const problems = problemsOf(settings, {
    SENDIUM_HTTP_LISTEN: 'hush',
    SENDIUM_WAIT: '10',
    SENDIUM_WIAT: '10s',
  });
  expect(problems.map((problem) => problem.variable)).toEqual([
    'SENDIUM_HTTP_LISTEN',
    'SENDIUM_NATS_URL',
    'SENDIUM_WAIT',
    'SENDIUM_WIAT',
  ]);
  expect(problems[1]?.problem).toBe('is required: a URL beginning with nats: or tls:');
  expect(problems[2]?.problem).toContain('expected a duration with its unit');
  expect(JSON.stringify(problems)).not.toContain('hush');
});

test('takes an empty variable as a problem, not as unset', () => {
  expect(problemsOf(settings, { SENDIUM_NATS_URL: '' })).toEqual([
    { variable: 'SENDIUM_NATS_URL', problem: 'is empty' },
  ]);
});

test.each([
  ['SENDIUM_SERVICE_HOST', '10.0.0.1'],
  ['SENDIUM_ROUTER_SERVICE_HOST', '10.0.0.1'],
  ['SENDIUM_ROUTER_SERVICE_PORT', '50051'],
  ['SENDIUM_ROUTER_SERVICE_PORT_GRPC_TLS', '50051'],
  ['SENDIUM_ROUTER_PORT', 'tcp://10.0.0.1:50051'],
  ['SENDIUM_ROUTER_PORT_50051_TCP', 'tcp://10.0.0.1:50051'],
  ['SENDIUM_ROUTER_PORT_50051_TCP_ADDR', '10.0.0.1'],
  ['SENDIUM_DEMO_KEY_HASH', 'x'],
  ['SENDIUM_SIM_PASSWORD', 'x'],
  ['SENDIUM_SECRET_CARRIER', 'x'],
])('lets %s pass: Kubernetes injected it or the document refers to it', (name, value) => {
  expect(problemsOf({}, { [name]: value })).toEqual([]);
});

test.each([
  ['SENDIUM_ROUTER_PORT', '50051'],
  ['SENDIUM_ROUTER_PORT_50051', '1'],
  ['SENDIUM_UNKNOWN_FILE', '/etc/x'],
  ['SENDIUM_LOGLEVEL', 'info'],
])('refuses %s=%s, which nobody would read', (name, value) => {
  expect(problemsOf({}, { [name]: value }).map((problem) => problem.variable)).toEqual([name]);
});

test('reads a mounted secret by X_FILE, without its last line end', () => {
  const folder = mkdtempSync(join(tmpdir(), 'settings-'));
  try {
    const file = join(folder, 'password');
    writeFileSync(file, 'hush\n');
    const shape = { password: setting('SENDIUM_NATS_PASSWORD', secret) };
    const config = loadConfig(shape, { SENDIUM_NATS_PASSWORD_FILE: file });
    expect(config.password.reveal()).toBe('hush');
    const both = { SENDIUM_NATS_PASSWORD_FILE: file, SENDIUM_NATS_PASSWORD: 'hush' };
    expect(problemsOf(shape, both)[0]?.problem).toContain('is given twice');
    const missing = { SENDIUM_NATS_PASSWORD_FILE: join(folder, 'none') };
    expect(problemsOf(shape, missing)[0]?.problem).toContain('ENOENT');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('refuses to declare a setting that Kubernetes could inject', () => {
  expect(() => setting('SENDIUM_HTTP_PORT', duration)).toThrow('cannot be the name of a setting');
  expect(() => setting('HTTP_LISTEN', duration)).toThrow('cannot be the name of a setting');
});

test.each([
  [listenAddress, ['[::1]:0', ':8080', 'localhost:1'], ['8080', '127.0.0.1', 'a b:1', 'x:65536']],
  [duration, ['0ms', '90s', '7d'], ['1', '1.5s', '-1s', '1 s', '1w', 's']],
  [byteSize, ['0B', '64MiB', '1TiB'], ['64', '64MB', '1.5GiB', 'MiB', '-1B']],
  [urlOf('http', 'https'), ['http://x', 'https://x:1/y'], ['x', 'ftp://x', 'http://x,ftp://y']],
  [wholeNumber(1, 10), ['1', '10'], ['0', '11', '1e0', '0x1', ' 1', '1.0', '']],
  [flag, ['true', 'false'], ['1', 'yes', 'TRUE']],
  [oneOf('a', 'b'), ['a', 'b'], ['c', 'A', '']],
])('checks values strictly: case %#', (schema, good, bad) => {
  for (const value of good) expect([value, schema.safeParse(value).success]).toEqual([value, true]);
  for (const value of bad) expect([value, schema.safeParse(value).success]).toEqual([value, false]);
});
