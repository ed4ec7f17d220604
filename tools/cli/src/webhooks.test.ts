// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readStored } from '@sendium/backbone';
import { openBucket } from '@sendium/bus';
import {
  buckets,
  decodeDeliverBatch,
  encodeEndpointState,
  endpointKey,
  streams,
} from '@sendium/contracts';

import { startStage, type CliStage } from './cli.fixture.ts';

let stage: CliStage;
beforeEach(async () => {
  stage = await startStage();
});
afterEach(async () => {
  await stage[Symbol.asyncDispose]();
});

const endpoints = () => openBucket(stage.backbone.bus, buckets.endpoints);
const disable = () =>
  endpoints().put(
    endpointKey('demo', 'spare'),
    encodeEndpointState({ kind: 'disabled', sinceMs: 0, reason: '410 Gone', digest: 'x' }),
  );

test('Each endpoint of the configuration is listed with what is known of it.', async () => {
  await disable();
  const { code, out } = await stage.sendium('webhook', 'list');
  expect(code).toBe(0);
  const [, main, spare] = out.split('\n');
  expect(main).toMatch(
    /^demo\/main +works +- +http:\/\/127\.0\.0\.1:8090\/hook +final,message.rec/,
  );
  expect(spare).toMatch(/^demo\/spare +disabled +1970-.* all +full +410 Gone$/);
  const json = await stage.sendium('webhook', 'list', '--json', '--account', 'demo');
  expect(JSON.parse(json.out)).toMatchObject({
    data: [
      { endpoint: 'main', state: 'works', since: null },
      { endpoint: 'spare', state: 'disabled', since: '1970-01-01T00:00:00.000Z' },
    ],
  });
  const none = await stage.sendium('webhook', 'list', '--account', 'mobile');
  expect(none.out).toBe('No webhooks in the configuration.');
});

test('An endpoint that was switched off is switched on, and one that was not is left alone.', async () => {
  await disable();
  const { code, out } = await stage.sendium('webhook', 'enable', 'demo/spare');
  expect(code).toBe(0);
  expect(out).toContain('demo/spare was disabled, and is called again');
  expect(out).toContain('dead replay --account demo --endpoint spare');
  expect(await endpoints().get(endpointKey('demo', 'spare'))).toBeUndefined();
  const again = await stage.sendium('webhook', 'enable', 'demo/spare');
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining('was not switched off') });
});

test('A test for an endpoint lies where notifier takes it, under an id that is told.', async () => {
  const { code, out } = await stage.sendium('webhook', 'test', 'demo/main', '--json');
  expect(code).toBe(0);
  const { webhook_id: id } = JSON.parse(out) as { webhook_id: string };
  const { bus } = stage.backbone;
  const items = await readStored(bus, streams.later, 'due.webhook.demo', decodeDeliverBatch);
  expect(items).toMatchObject([
    { kind: 'endpoint_test', id, account: 'demo', endpoint: 'main', tries: 0 },
  ]);
});

test('An endpoint that is not there is named with those that are.', async () => {
  for (const [operand, code, reason] of [
    ['demo/other', 1, 'Account demo has no webhook other; there is main, spare.'],
    ['mobile/main', 1, 'Account mobile has no webhook main; there is none.'],
    ['nobody/main', 1, 'There is no account nobody.'],
    ['demo', 2, 'demo: give ACCOUNT/ENDPOINT'],
  ] as const) {
    const ended = await stage.sendium('webhook', 'test', operand);
    expect(ended).toEqual({ code, out: '', err: expect.stringContaining(reason) });
  }
});

test('While a document that is not valid is the newest, the one in force counts.', async () => {
  await stage.backbone.configure('version: 2');
  expect((await stage.sendium('webhook', 'list')).out).toContain('demo/main');
});
