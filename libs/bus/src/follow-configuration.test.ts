// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { bucketDefinitions, buckets, configurationKey } from '@sendium/contracts';
import { eventually, startNatsServer, type NatsServer } from '@sendium/testkit';
import {
  applyTopology,
  connectBus,
  followConfiguration,
  openBucket,
  silentLog,
  type Bus,
  type FollowedConfiguration,
} from './index.ts';

let server: NatsServer;
let bus: Bus;

beforeAll(async () => {
  server = await startNatsServer();
});
afterAll(() => server.stop());
beforeEach(async () => {
  bus = await connectBus({ url: server.url, name: 'configuration-test' });
  await applyTopology(bus, { buckets: bucketDefinitions });
});
afterEach(async () => {
  await bus.api(`STREAM.PURGE.KV_${buckets.config}`, {});
  await bus[Symbol.asyncDispose]();
});

const put = (text: string): Promise<number> =>
  openBucket(bus, buckets.config).put(configurationKey, text);
const withAccount = (name: string): string => `version: 1\naccounts: { ${name}: {} }\n`;
const followed = (signal = new AbortController().signal): Promise<FollowedConfiguration> =>
  followConfiguration(bus, { log: silentLog, signal });
const accountsOf = ({ current }: FollowedConfiguration): readonly string[] => [
  ...current.accounts.keys(),
];

test('a change is in force at once, one that is not valid changes nothing', async () => {
  await put(withAccount('one'));
  await using configuration = await followed();
  await put('version: 1\naccounts: { two: 5 }\n');
  const version = await put(withAccount('three'));
  await eventually(() => expect(configuration.current.version).toBe(version));
  expect(accountsOf(configuration)).toEqual(['three']);
});

test('who starts while the last document is not valid takes the last valid one', async () => {
  await put(withAccount('old'));
  const version = await put(withAccount('valid'));
  await put('version: 1\ncolour: red\n');
  await put('accounts: [');
  await using configuration = await followed();
  expect([accountsOf(configuration), configuration.current.version]).toEqual([['valid'], version]);
  await put(withAccount('next'));
  await eventually(() => expect(accountsOf(configuration)).toEqual(['next']));
});

test('without any valid document it is waited for, until one comes or the wait is given up', async () => {
  await put('version: 2');
  const waiting = followed();
  await put(withAccount('first'));
  await using configuration = await waiting;
  expect(accountsOf(configuration)).toEqual(['first']);
  await put('version: 2');
  await bus.api(`STREAM.PURGE.KV_${buckets.config}`, { keep: 1 });
  const stopping = new AbortController();
  const given = followed(stopping.signal);
  stopping.abort();
  await expect(given).rejects.toThrow('Stopped while waiting');
});
