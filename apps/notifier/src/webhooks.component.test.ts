// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { afterEach, expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import { eventually } from '@sendium/testkit';
import { Webhook } from 'standardwebhooks';
import {
  startNotifier,
  testSecret,
  type EndpointDocument,
  type NotifierOptions,
  type NotifierUnderTest,
} from './notifier.fixture.ts';
import { startReceiver, type Receiver, type ReceiverOptions } from './receiver.fixture.ts';
import { sampleReceived, sampleReport, sampleTest } from './sample-event.fixture.ts';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function receive(options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = await startReceiver(options);
  opened.push(receiver);
  return receiver;
}

async function notify(
  endpoints: readonly EndpointDocument[],
  options: Partial<NotifierOptions> = {},
): Promise<NotifierUnderTest> {
  const notifier = await startNotifier({ accounts: { demo: endpoints }, ...options });
  opened.push(notifier);
  return notifier;
}

async function nothingWaits(notifier: NotifierUnderTest): Promise<void> {
  await eventually(async () => expect(await notifier.waiting()).toBe(0));
}

test('an endpoint is told of a delivered message, signed, and the tracker that it was', async () => {
  const receiver = await receive();
  const notifier = await notify([{ url: receiver.url }]);
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
  const receiver = await receive();
  const at = (name: string, ...events: readonly string[]): EndpointDocument => ({
    ...{ name, url: `${receiver.url}/${name}`, events },
  });
  const notifier = await notify([
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
