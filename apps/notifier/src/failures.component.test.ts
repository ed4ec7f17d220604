// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { afterEach, expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import { openBucket } from '@sendium/bus';
import {
  buckets,
  decodeDeliverBatch,
  decodeEndpointState,
  deliverIdOf,
  endpointKey,
} from '@sendium/contracts';
import { eventually } from '@sendium/testkit';
import type { NotifierUnderTest } from './notifier.fixture.ts';
import { Opened, nothingWaits } from './opened.fixture.ts';
import type { Answer } from './receiver.fixture.ts';
import { sampleReport, sampleTest } from './sample-event.fixture.ts';

const opened = new Opened();
afterEach(() => opened[Symbol.asyncDispose]());

const hour = 3_600_000;
const attempts = async ({ metrics }: NotifierUnderTest, result: string): Promise<number> => {
  const text = await metrics.render();
  const [, count] = new RegExp(`attempts_total\\{result="${result}"\\} (\\d+)`).exec(text) ?? [];
  return Number(count ?? 0);
};
const stateOf = async ({ backbone }: NotifierUnderTest) => {
  const entry = await openBucket(backbone.bus, buckets.endpoints).get(endpointKey('demo', 'main'));
  return entry === undefined ? undefined : decodeEndpointState(entry.value);
};

test('what is not taken is tried as often as agreed, under one id, then it lies in DEAD for a replay', async () => {
  const receiver = await opened.receive({ answer: () => 500 });
  const notifier = await opened.notify([{ url: receiver.url }], {
    work: { retryDelaysMs: [0, 20, 30] },
  });
  const report = sampleReport();
  await notifier.publish(report);
  await nothingWaits(notifier);
  expect(receiver.ids).toEqual(Array(3).fill(deliverIdOf(report)));
  const [dead] = await notifier.dead();
  expect(dead).toMatchObject({
    ...{ subject: 'due.webhook.demo', messageId: report.messageId },
    reason: 'main: tried in vain: answered 500',
  });
  const again = decodeDeliverBatch(dead!.payload);
  expect(again).toEqual([{ ...report, endpoint: 'main', tries: 0 }]);
  expect(await notifier.notified()).toEqual([]);
});

test.each([301, 302, 307, 308, 400, 404, 500])(
  'an answer %i is a failure, and nothing else is called',
  async (status) => {
    const elsewhere = await opened.receive();
    const receiver = await opened.receive({
      answer: () => (response) => response.writeHead(status, { location: elsewhere.url }).end(),
    });
    const notifier = await opened.notify([{ url: receiver.url }], {
      work: { retryDelaysMs: [0] },
    });
    await notifier.publish(sampleReport());
    await nothingWaits(notifier);
    expect(await notifier.dead()).toHaveLength(1);
    expect([receiver.hooks.length, elsewhere.hooks.length]).toEqual([1, 0]);
  },
);

test('Retry-After puts an event off, and its endpoint with it when that is throttled', async () => {
  const isCalm = { now: false };
  const throttled: Answer = (response) => response.writeHead(429, { 'retry-after': '2' }).end();
  const receiver = await opened.receive({ answer: () => (isCalm.now ? 204 : throttled) });
  const notifier = await opened.notify([{ url: receiver.url, concurrency: 1 }]);
  await notifier.publish(sampleReport());
  await eventually(() => expect(receiver.hooks).toHaveLength(1));
  isCalm.now = true;
  await notifier.publish(sampleReport(), sampleReport());
  await nothingWaits(notifier);
  expect(receiver.hooks).toHaveLength(4);
  const [first = 0, ...others] = receiver.hooks.map(({ atMs }) => atMs);
  for (const atMs of others) expect(atMs - first).toBeGreaterThanOrEqual(1990);
});

test('410 switches the endpoint off at once: what is for it goes to DEAD, until its URL is another', async () => {
  const receiver = await opened.receive({ answer: () => 410 });
  const notifier = await opened.notify([{ url: receiver.url }]);
  await notifier.publish(sampleReport());
  await nothingWaits(notifier);
  expect(await stateOf(notifier)).toMatchObject({
    kind: 'disabled',
    reason: 'it answered 410 Gone',
  });
  await notifier.restart();
  await notifier.publish(sampleReport());
  await nothingWaits(notifier);
  expect(receiver.hooks).toHaveLength(1);
  expect((await notifier.dead()).map(({ reason }) => reason)).toEqual(
    Array(2).fill('main: the endpoint is switched off: it answered 410 Gone'),
  );
  expect(await notifier.metrics.render()).toMatch(/endpoints_disabled 1/);
  receiver.answer = () => 204;
  await notifier.configure({ demo: [{ url: `${receiver.url}/new` }] });
  await notifier.publish(sampleReport());
  await nothingWaits(notifier);
  expect(receiver.hooks).toHaveLength(2);
  expect(await notifier.metrics.render()).toMatch(/endpoints_disabled 0/);
});

test('nothing but failures for too long switches an endpoint off; forgetting that switches it on', async () => {
  const clock = { aheadMs: 0 };
  const receiver = await opened.receive({ answer: () => 500 });
  const notifier = await opened.notify([{ url: receiver.url, disable_after: '5d' }], {
    work: { nowMs: () => Date.now() + clock.aheadMs, retryDelaysMs: Array<number>(20).fill(0) },
  });
  await notifier.publish(sampleReport());
  await eventually(async () => expect(await stateOf(notifier)).toMatchObject({ kind: 'failing' }));
  expect(await notifier.dead()).toEqual([]);
  clock.aheadMs = 5 * 24 * hour;
  await notifier.publish(sampleReport());
  await eventually(async () => {
    expect(await stateOf(notifier)).toMatchObject({
      kind: 'disabled',
      reason: 'nothing but failures: answered 500',
    });
  });
  await nothingWaits(notifier);
  receiver.answer = () => 204;
  await openBucket(notifier.backbone.bus, buckets.endpoints).delete(endpointKey('demo', 'main'));
  await eventually(async () => {
    await notifier.publish(sampleReport());
    await nothingWaits(notifier);
    expect((await notifier.notified()).length).toBeGreaterThan(0);
  });
});

test('an endpoint that works again is known to work', async () => {
  const receiver = await opened.receive({ answer: () => 500 });
  const notifier = await opened.notify([{ url: receiver.url }]);
  await notifier.publish(...Array.from({ length: 6 }, () => sampleReport()));
  await eventually(async () => expect(await stateOf(notifier)).toMatchObject({ kind: 'failing' }));
  receiver.answer = () => 204;
  await nothingWaits(notifier);
  await eventually(async () => expect(await stateOf(notifier)).toBeUndefined());
});

test('what was to wait for hours comes as soon as the endpoint works again, in the order of its states', async () => {
  const receiver = await opened.receive({ answer: () => 503 });
  const notifier = await opened.notify([{ url: receiver.url }], {
    work: { retryDelaysMs: [0, hour, hour] },
  });
  const messages = Array.from({ length: 40 }, () => sampleMessage({ deliveryReport: 'all' }));
  for (const status of ['queued', 'sent', 'delivered'] as const) {
    await notifier.publish(...messages.map((message) => sampleReport(status, message)));
  }
  await eventually(() => expect(receiver.hooks.length).toBeGreaterThan(3));
  receiver.answer = () => 204;
  const failed = receiver.hooks.length;
  await nothingWaits(notifier);
  const taken = receiver.hooks.slice(failed);
  expect(new Set(taken.map(({ id }) => id)).size).toBe(120);
  const last = new Map<unknown, number>();
  for (const { body } of taken) {
    const { message, sequence = 0 } = body.data;
    expect(sequence).toBeGreaterThan(last.get(message?.['id']) ?? 0);
    last.set(message?.['id'], sequence);
  }
});

test('two failures in a row are enough to wake what waits, once something is taken', async () => {
  const isDown = { now: true };
  const receiver = await opened.receive({ answer: () => (isDown.now ? 500 : 204) });
  const notifier = await opened.notify([{ url: receiver.url }], {
    work: { retryDelaysMs: [0, hour] },
  });
  const early = [sampleReport(), sampleReport()];
  for (const report of early) await notifier.publish(report);
  await eventually(() => expect(receiver.hooks).toHaveLength(2));
  isDown.now = false;
  const late = sampleReport();
  await notifier.publish(late);
  await nothingWaits(notifier);
  const taken = receiver.ids.slice(2);
  expect(new Set(taken)).toEqual(new Set([late, ...early].map(deliverIdOf)));
});

test('a receiver that never answers, or not to the end, is let go after its time', async () => {
  const answers: Answer[] = [
    () => undefined,
    (response) => response.writeHead(200, { 'content-length': '10' }).write('slow'),
  ];
  const receiver = await opened.receive({ answer: () => answers.shift() ?? 204 });
  const notifier = await opened.notify([{ url: receiver.url, timeout: '200ms' }]);
  await notifier.publish(sampleReport());
  await nothingWaits(notifier);
  expect(receiver.hooks).toHaveLength(3);
  expect(await attempts(notifier, 'timeout')).toBe(2);
});

test('of an answer no more than 64 KiB are read; its status counts', async () => {
  const cut = Promise.withResolvers<undefined>();
  const receiver = await opened.receive({
    answer: () => (response) => {
      response.writeHead(200);
      const more = (): void => {
        while (response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      response.once('close', () => cut.resolve(undefined));
      more();
    },
  });
  const notifier = await opened.notify([{ url: receiver.url }]);
  await notifier.publish(sampleReport());
  await nothingWaits(notifier);
  await cut.promise;
  expect(await attempts(notifier, 'taken')).toBe(1);
});

test('an address that webhooks may not reach is not called, and DEAD says so', async () => {
  const receiver = await opened.receive();
  const urls = [receiver.url, receiver.url.replace('127.0.0.1', 'localhost')];
  for (const [index, url] of urls.entries()) {
    const options = { networks: ['10.0.0.0/8'], work: { retryDelaysMs: [0] } };
    const notifier = await opened.notify([{ url }], options);
    await notifier.publish(sampleReport());
    await nothingWaits(notifier);
    const [dead] = await notifier.dead();
    expect([index, dead?.reason]).toEqual([index, expect.stringMatching(/may not reach/)]);
    expect(await attempts(notifier, 'refused')).toBe(1);
  }
  expect(receiver.connections).toBe(0);
});

test('connections are kept, and one that the receiver closed costs no attempt', async () => {
  const receiver = await opened.receive({
    answer: () => (response) => setTimeout(() => response.writeHead(204).end(), 2),
  });
  const notifier = await opened.notify([{ url: receiver.url, concurrency: 2 }], {
    work: { retryDelaysMs: [0] },
  });
  for (let round = 0; round < 5; round++) {
    await notifier.publish(...Array.from({ length: 20 }, () => sampleReport()));
    await nothingWaits(notifier);
    receiver.closeIdle();
  }
  expect(receiver.hooks).toHaveLength(100);
  expect(receiver.mostAtOnce).toBe(2);
  expect(receiver.connections).toBeLessThanOrEqual(10);
  expect(await notifier.dead()).toEqual([]);
});

test('a test is made once, also of an endpoint that is switched off', async () => {
  const receiver = await opened.receive({ answer: () => 410 });
  const notifier = await opened.notify([{ url: receiver.url }]);
  await notifier.publish(sampleReport());
  await nothingWaits(notifier);
  await notifier.publish(sampleTest(), sampleTest('main'));
  await nothingWaits(notifier);
  expect(receiver.hooks.map(({ body }) => body.type)).toEqual([
    ...['message.delivered', 'endpoint.test', 'endpoint.test'],
  ]);
  expect(receiver.hooks[1]?.body.data).toEqual({ endpoint: 'main' });
  expect(await notifier.dead()).toHaveLength(1);
});
