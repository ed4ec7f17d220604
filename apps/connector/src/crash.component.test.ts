// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from '@jest/globals';
import { readStored } from '@sendium/backbone';
import { decodeSubmitBatch, eventChannel, streams } from '@sendium/contracts';
import { assertNothingLeft, eventually } from '@sendium/testkit';
import { CarrierStage, dispatchItem, tokenItems } from './carrier.fixture.ts';

let stage: CarrierStage;

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  await assertNothingLeft();
});

test('kill -9 of nats-server in mid-traffic: nothing is lost and nothing goes out twice', async () => {
  stage = await CarrierStage.start(['window: 20'], ['--latency-ms', '100']);
  await stage.dispatch(...tokenItems(600));
  for (const answered of [50, 150]) {
    await eventually(async () => {
      expect((await stage.smsc.control.stats())['responses']).toBeGreaterThan(answered);
    });
    await stage.backbone.nats.kill();
    expect((await stage.smsc.control.stats()).submissions).toBeLessThan(600);
    await stage.backbone.nats.restart();
  }
  await stage.smsc.control.change({ latencyMs: 5 });
  await stage.isAllDone();
  expect(await stage.duplicates(600)).toBe(0);
  expect(new Set((await stage.outcomes()).map(({ messageId }) => messageId)).size).toBe(600);
});

test('while NATS is away the carrier is not told that its receipts are taken', async () => {
  stage = await CarrierStage.start([], ['--receipt-delay-ms', '5000']);
  await stage.dispatch(...tokenItems(5));
  await stage.isAllDone();
  await stage.backbone.nats.kill();
  await eventually(async () => {
    const { receipts } = await stage.smsc.control.stats();
    expect(receipts.sent).toBeGreaterThanOrEqual(5);
  });
  expect((await stage.smsc.control.stats()).receipts.acked).toBe(0);
  await stage.backbone.nats.restart();
  await eventually(
    async () => {
      expect((await stage.smsc.control.stats()).receipts.acked).toBe(5);
    },
    { timeoutMs: 20_000 },
  );
  const ids = (await stage.events('receipt')).flatMap((event) =>
    event.kind === 'receipt' ? event.carrierMessageIds : [],
  );
  const answered = (await stage.outcomes()).map(({ carrierMessageId }) => carrierMessageId);
  expect(new Set(ids)).toEqual(new Set(answered));
});

test('an item whose outcome is known gets its successor again, and is not submitted', async () => {
  stage = await CarrierStage.start();
  await stage.connector.stop();
  const item = dispatchItem();
  await stage.dispatch(item);
  const dueAtMs = Date.now() + 60_000;
  await stage.backbone.publisher.publish(eventChannel('sim', 'outcome', 'an-earlier-run'), {
    ...{ kind: 'outcome', atMs: Date.now(), messageId: item.message.id, attempt: 0 },
    ...{ part: 1, parts: 1, connector: 'sim', result: 'retry', commandStatus: 0x14 },
    ...{ carrierMessageId: '', destination: '447700900123', dueAtMs, receiptExpected: true },
  });
  await stage.restartConnector();
  await stage.isAllDone();
  expect((await stage.smsc.control.stats()).submissions).toBe(0);
  const timers = await readStored(stage.backbone.bus, streams.later, 'later.*', decodeSubmitBatch);
  expect(timers).toMatchObject([
    { attempt: 1, history: [{ attempt: 0, verdict: 'retry', commandStatus: 0x14 }] },
  ]);
  expect(await stage.outcomes()).toHaveLength(1);
});

test('the parts that an earlier run submitted are not submitted again', async () => {
  stage = await CarrierStage.start();
  await stage.connector.stop();
  const body = { kind: 'text', text: 'x'.repeat(400), encoding: 'auto', flash: false } as const;
  const item = dispatchItem({ body, segments: 3 });
  await stage.dispatch(item);
  await stage.backbone.publisher.publish(eventChannel('sim', 'outcome', 'an-earlier-run'), {
    ...{ kind: 'outcome', atMs: Date.now(), messageId: item.message.id, attempt: 0 },
    ...{ part: 1, parts: 3, connector: 'sim', result: 'submitted', commandStatus: 0 },
    ...{ carrierMessageId: '1', destination: '447700900123', dueAtMs: 0, receiptExpected: true },
  });
  await stage.restartConnector();
  await stage.isAllDone();
  const parts = (await stage.smsc.control.messages()).map(({ udh }) => udh.slice(-2));
  expect(parts).toEqual(['02', '03']);
});

test('the carrier drops its links again and again: everything arrives in the end', async () => {
  const timers = 'timers: { reconnect: 50ms, reconnect_max: 100ms }';
  stage = await CarrierStage.start([timers, 'window: 20', 'binds: 2'], ['--latency-ms', '20']);
  await stage.dispatch(...tokenItems(300));
  for (const answered of [60, 150]) {
    await eventually(async () => {
      expect((await stage.smsc.control.stats())['responses']).toBeGreaterThan(answered);
    });
    await stage.smsc.control.disconnect();
  }
  await stage.isAllDone();
  expect(await stage.duplicates(300)).toBeLessThanOrEqual(2 * 2 * 20);
  // Who was on a link both times has spent an attempt.
  const outcomes = (await stage.outcomes()).filter(({ result }) => result !== 'retry');
  expect(new Set(outcomes.map(({ result }) => result))).toEqual(new Set(['submitted']));
});
