// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readStored, sampleMessage } from '@sendium/backbone';
import { decodeDeliverBatch, streams, subjects, type DeliverItem } from '@sendium/contracts';
import type { Message } from '@sendium/message';
import { eventually } from '@sendium/testkit';
import {
  outcomeEvent,
  receiptEvent,
  routedEvent,
  startTracker,
  type TrackerUnderTest,
} from './tracker.fixture.ts';

const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const webhook = (name: string, ...events: readonly string[]): object => ({
  ...{ name, url: `http://127.0.0.1:1/${name}`, secret, events },
});
const document = JSON.stringify({
  version: 1,
  accounts: {
    demo: { webhooks: [webhook('ends', 'final')] },
    precise: { webhooks: [webhook('sent', 'message.sent'), webhook('in', 'message.received')] },
    deaf: {},
  },
  connectors: {
    first: { host: '127.0.0.1', port: 1, system_id: 'x', password: 'x', group: 'carrier' },
  },
  routes: [],
});

let tracker: TrackerUnderTest;
beforeEach(async () => {
  tracker = await startTracker();
  const version = await tracker.backbone.configure(document);
  await eventually(() => expect(tracker.app.output).toContain(`"version":${version}`));
});
afterEach(async () => {
  await tracker[Symbol.asyncDispose]();
});

async function told(account = 'demo', kind: 'webhook' | 'smpp' = 'webhook') {
  const subject = subjects.deliver(kind, account);
  return readStored<DeliverItem>(
    tracker.backbone.bus,
    streams.deliver,
    subject,
    decodeDeliverBatch,
  );
}

/** Takes the message all its way, and waits until the tracker has seen it. */
async function deliver(message: Message): Promise<void> {
  await tracker.tell('carrier', routedEvent(message), outcomeEvent(message), receiptEvent(message));
  await eventually(async () =>
    expect(await tracker.record(message)).toMatchObject({ final: true }),
  );
}

const statuses = (items: readonly DeliverItem[], { id }: Message): readonly string[] =>
  items.flatMap((item) => (item.kind === 'report' && item.messageId === id ? [item.status] : []));

test('what came by REST is reported to webhooks with all that its resource shows', async () => {
  const message = sampleMessage({ metadata: { order: '42' }, clientReference: 'mine' });
  await deliver(message);
  await eventually(async () => {
    expect(await told()).toEqual([
      {
        ...{ kind: 'report', messageId: message.id, account: 'demo', status: 'delivered' },
        ...{ atMs: message.acceptedAtMs + 500, acceptedAtMs: message.acceptedAtMs },
        ...{ to: message.to, from: message.from, segments: 1, segmentsDelivered: 1, tries: 0 },
        ...{ message, sentAtMs: message.acceptedAtMs + 2, encoding: 'gsm7' },
      },
    ]);
  });
  expect(await told('demo', 'smpp')).toEqual([]);
});

test('nothing is published that no endpoint wants', async () => {
  const [chatty, usual, silent] = (['all', 'final', 'none'] as const).map((deliveryReport) =>
    sampleMessage({ deliveryReport }),
  ) as [Message, Message, Message];
  const precise = sampleMessage({ account: 'precise' });
  const deaf = sampleMessage({ account: 'deaf', deliveryReport: 'all' });
  const own = sampleMessage({ account: 'precise', webhookUrl: 'https://example.com/own' });
  const bySmpp = sampleMessage({ registeredDelivery: 1, origin: { ingress: 'smpp' } });
  for (const message of [chatty, usual, silent, precise, deaf, own, bySmpp]) await deliver(message);
  await eventually(async () => expect(await told('demo', 'smpp')).toHaveLength(1));
  const demo = await told();
  expect(new Set(statuses(demo, chatty))).toEqual(new Set(['queued', 'sent', 'delivered']));
  expect(statuses(demo, usual)).toEqual(['delivered']);
  expect(statuses(demo, silent)).toEqual([]);
  expect(statuses(demo, bySmpp)).toEqual([]);
  const preciselyTold = await told('precise');
  expect(statuses(preciselyTold, precise)).toEqual(['sent']);
  expect(statuses(preciselyTold, own)).toEqual(['delivered']);
  expect(await told('deaf')).toEqual([]);
});

test('a state on the way says nothing of what came after it', async () => {
  const message = sampleMessage({ deliveryReport: 'all' });
  await tracker.tell('carrier', routedEvent(message), outcomeEvent(message), receiptEvent(message));
  await eventually(async () => expect(await told()).toHaveLength(3));
  const reports = await told();
  const queued = reports.find((item) => item.kind === 'report' && item.status === 'queued');
  expect(queued).not.toHaveProperty('sentAtMs');
  expect(queued).toMatchObject({ segmentsDelivered: 0 });
});
