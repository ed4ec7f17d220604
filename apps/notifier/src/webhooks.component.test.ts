// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { afterEach, expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import { eventually } from '@sendium/testkit';
import { Webhook } from 'standardwebhooks';
import { Opened, nothingWaits } from './opened.fixture.ts';
import { testSecret, type EndpointDocument } from './notifier.fixture.ts';
import type { Receiver } from './receiver.fixture.ts';
import { sampleReceived, sampleReport, sampleTest } from './sample-event.fixture.ts';

const opened = new Opened();
afterEach(() => opened[Symbol.asyncDispose]());

test('an endpoint is told of a delivered message, signed, and the tracker that it was', async () => {
  const receiver = await opened.receive();
  const notifier = await opened.notify([{ url: receiver.url }]);
  const report = sampleReport('delivered', sampleMessage({ metadata: { order: '42' } }));
  await notifier.publish(report);
  await nothingWaits(notifier);
  expect(receiver.hooks).toHaveLength(1);
  const [{ raw, headers, body }] = receiver.hooks as [Receiver['hooks'][number]];
  expect(new Webhook(testSecret).verify(raw, { ...headers })).toEqual(body);
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'user-agent': 'Sendium/test',
    'webhook-id': `${report.messageId}-delivered`,
  });
  expect(body).toMatchObject({
    type: 'message.delivered',
    timestamp: new Date(report.atMs).toISOString(),
    data: {
      sequence: 6,
      message: { id: report.messageId, text: 'Hello', status: 'delivered', final: true },
    },
  });
  expect(await notifier.notified()).toMatchObject([
    { kind: 'notified', messageId: report.messageId, endpoint: 'main', status: 'delivered' },
  ]);
});

test('each endpoint is told of what it wants', async () => {
  const receiver = await opened.receive();
  const at = (name: string, ...events: readonly string[]): EndpointDocument => ({
    ...{ name, url: `${receiver.url}/${name}`, events },
  });
  const notifier = await opened.notify([
    at('usual', 'final', 'message.received'),
    at('all', 'all'),
    at('sent', 'message.sent'),
  ]);
  const message = sampleMessage();
  const silent = sampleMessage({ deliveryReport: 'none' });
  const chatty = sampleMessage({ deliveryReport: 'all' });
  await notifier.publish(
    ...[sampleReport('sent', message), sampleReport('delivered', message)],
    ...[sampleReport('delivered', silent), sampleReport('queued', chatty)],
    ...[sampleReceived(), sampleTest('sent')],
  );
  await nothingWaits(notifier);
  const told = (name: string): string[] =>
    receiver.hooks
      .filter(({ path }) => path.endsWith(`/${name}`))
      .map(({ body }) => body.type)
      .sort();
  expect(told('usual')).toEqual(['message.delivered', 'message.queued', 'message.received']);
  expect(told('all')).toEqual([
    ...['message.delivered', 'message.queued', 'message.received', 'message.sent'],
  ]);
  expect(told('sent')).toEqual(['endpoint.test', 'message.sent']);
});

const otherSecret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

test('a thin endpoint is told no text and no whole number, also of SMS from mobiles', async () => {
  const receiver = await opened.receive();
  const notifier = await opened.notify([{ url: receiver.url, payload: 'thin', events: ['all'] }]);
  await notifier.publish(sampleReport('sent', sampleMessage({ metadata: { k: 'v' } })));
  await notifier.publish(sampleReceived());
  await nothingWaits(notifier);
  expect(receiver.hooks).toHaveLength(2);
  for (const { raw } of receiver.hooks) expect(raw).not.toMatch(/Hello|STOP|7700900/);
  const shown = receiver.hooks.map(({ body }) => body.data.message);
  expect(shown).toContainEqual(
    expect.objectContaining({ text: null, to: '+44770•••••23', metadata: { k: 'v' } }),
  );
  expect(shown).toContainEqual(expect.objectContaining({ direction: 'inbound', to: '12345' }));
});

test('the URL of a message takes the place of the endpoints, signed by the first of them', async () => {
  const [usual, own] = [await opened.receive(), await opened.receive()];
  const notifier = await opened.notify([
    { name: 'first', url: usual.url, events: ['all'] },
    { name: 'second', url: usual.url, events: ['all'], secret: otherSecret },
  ]);
  const message = sampleMessage({ webhookUrl: `${own.url}?order=42` });
  await notifier.publish(sampleReport('sent', message), sampleReport('delivered', message));
  await nothingWaits(notifier);
  expect(usual.hooks).toEqual([]);
  expect(own.hooks.map(({ body, path }) => [body.type, path])).toEqual([
    ['message.delivered', '/hook?order=42'],
  ]);
  const [{ raw, headers }] = own.hooks as [Receiver['hooks'][number]];
  new Webhook(testSecret).verify(raw, { ...headers });
  expect(await notifier.notified()).toMatchObject([{ endpoint: 'message', status: 'delivered' }]);
});

test('secrets change without a gap: both sign, then the new one alone', async () => {
  const receiver = await opened.receive();
  const env = { OLD: testSecret, NEW: otherSecret };
  const endpoint = (...names: readonly string[]): EndpointDocument => ({
    ...{ url: receiver.url, secret: names.map((name) => `\${env:${name}}`) },
  });
  const notifier = await opened.notify([endpoint('OLD')], { env });
  const verifies = (secret: string): boolean => {
    const { raw, headers } = receiver.hooks.at(-1) as Receiver['hooks'][number];
    try {
      new Webhook(secret).verify(raw, { ...headers });
      return true;
    } catch {
      return false;
    }
  };
  const toldAs = async (...expected: readonly boolean[]): Promise<void> => {
    await eventually(async () => {
      await notifier.publish(sampleReport());
      await nothingWaits(notifier);
      expect([verifies(testSecret), verifies(otherSecret)]).toEqual(expected);
    });
  };
  await toldAs(true, false);
  await notifier.configure({ demo: [endpoint('NEW', 'OLD')] });
  await toldAs(true, true);
  await notifier.configure({ demo: [endpoint('NEW')] });
  await toldAs(false, true);
});

test('without its secret nothing is sent, and it comes as soon as the secret is there', async () => {
  const receiver = await opened.receive();
  const env: Record<string, string> = {};
  const endpoint = { url: receiver.url, secret: '${env:LATE}' };
  const notifier = await opened.notify([endpoint], {
    ...{ env, work: { retryDelaysMs: [0, 50, 3_600_000, 3_600_000] } },
  });
  await notifier.publish(sampleReport());
  await eventually(async () => {
    expect(await notifier.metrics.render()).toMatch(/attempts_total\{result="unsigned"\} 2/);
  });
  expect(receiver.hooks).toEqual([]);
  env['LATE'] = testSecret;
  await notifier.configure({ demo: [endpoint] });
  await nothingWaits(notifier);
  expect(receiver.hooks).toHaveLength(1);
});

test('accounts come and go with the configuration; what waits for one that left stays', async () => {
  const receiver = await opened.receive();
  const notifier = await opened.notify([{ url: receiver.url }]);
  await notifier.publish(sampleReport());
  await nothingWaits(notifier);
  await notifier.configure({ other: [{ url: receiver.url }] });
  await notifier.publish(sampleReport('delivered', sampleMessage({ account: 'other' })));
  await nothingWaits(notifier);
  expect(receiver.hooks).toHaveLength(2);
  await notifier.publish(sampleReport());
  await notifier.configure({ demo: [{ url: receiver.url }] });
  await nothingWaits(notifier);
  expect(receiver.hooks).toHaveLength(3);
});

test('what is for an endpoint that has left goes to DEAD', async () => {
  const receiver = await opened.receive();
  const notifier = await opened.notify([{ url: receiver.url }]);
  const report = sampleReport();
  await notifier.publish({ ...report, endpoint: 'former' });
  await nothingWaits(notifier);
  expect(await notifier.dead()).toMatchObject([
    {
      ...{ origin: 'webhook', messageId: report.messageId, subject: 'due.webhook.demo' },
      reason: 'former: the account has no such endpoint',
    },
  ]);
});
