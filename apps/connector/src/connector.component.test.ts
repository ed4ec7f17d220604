// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from '@jest/globals';
import { readStored } from '@sendium/backbone';
import {
  decodeDeadLetter,
  decodeInboundBatch,
  decodeSubmitBatch,
  streams,
} from '@sendium/contracts';
import { assertNothingLeft, eventually } from '@sendium/testkit';
import { CarrierStage, dispatchItem, tokenItems } from './carrier.fixture.ts';

let stage: CarrierStage;

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  await assertNothingLeft();
});

const timers = () => readStored(stage.backbone.bus, streams.later, 'later.*', decodeSubmitBatch);
const dueNow = () =>
  readStored(stage.backbone.bus, streams.later, 'due.submit.*', decodeSubmitBatch);
const dead = () =>
  readStored(stage.backbone.bus, streams.dead, 'dead.*', (octets) => [decodeDeadLetter(octets)]);

test('a message reaches the carrier, its outcome is told, and its batch is done', async () => {
  stage = await CarrierStage.start();
  const item = dispatchItem();
  await stage.dispatch(item);
  await stage.isAllDone();
  const [message] = await stage.smsc.control.messages();
  expect(message).toMatchObject({
    text: 'Hello',
    source: { address: 'ACME' },
    destination: { address: '447700900123' },
  });
  expect(await stage.outcomes()).toMatchObject([
    {
      ...{ messageId: item.message.id, attempt: 0, part: 1, parts: 1, result: 'submitted' },
      carrierMessageId: message?.answer.message_id,
      destination: '447700900123',
      receiptExpected: true,
      encoding: 'gsm7',
    },
  ]);
  await eventually(async () => {
    expect(await stage.events('receipt')).toMatchObject([
      {
        ...{ state: 'delivered', stat: 'DELIVRD', recipient: '447700900123', connector: 'sim' },
        carrierMessageIds: [message?.answer.message_id],
      },
    ]);
  });
  const metrics = await stage.metrics();
  expect(metrics).toContain('sendium_submit_total{connector="sim",result="ok"} 1');
  expect(metrics).toContain('sendium_smpp_binds{role="client",connector="sim",state="bound"} 1');
  expect(metrics).toContain('sendium_smpp_window_in_flight{connector="sim"} 0');
});

test('the parts of a long message go out in order over one bind, under one reference', async () => {
  stage = await CarrierStage.start(['binds: 3', 'window: 2', 'long_message: udh16']);
  const text = 'abcdefghij'.repeat(80);
  const body = { kind: 'text', text, encoding: 'auto', flash: false } as const;
  await stage.dispatch(...[1, 2, 3].map(() => dispatchItem({ body, segments: 6 })));
  await stage.isAllDone();
  const byReference = new Map<string, { text: string; bind: number; udh: string }[]>();
  for (const part of await stage.smsc.control.messages()) {
    const reference = part.udh.slice(6, 10);
    byReference.set(reference, [...(byReference.get(reference) ?? []), part]);
  }
  expect(byReference.size).toBe(3);
  for (const parts of byReference.values()) {
    expect(parts.map((part) => part.udh.slice(10))).toEqual(
      [1, 2, 3, 4, 5, 6].map((sequence) => `060${sequence}`),
    );
    expect(parts.map((part) => part.text).join('')).toBe(text);
    expect(new Set(parts.map((part) => part.bind)).size).toBe(1);
  }
  const outcomes = await stage.outcomes();
  expect(outcomes.map(({ part }) => part).sort()).toEqual([
    1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6,
  ]);
  expect(outcomes.every(({ parts }) => parts === 6)).toBe(true);
});

test('answers in any order find their messages', async () => {
  const args = ['--latency-ms', '5', '--latency-jitter-ms', '50', '--out-of-order'];
  stage = await CarrierStage.start(['window: 50'], args);
  const items = tokenItems(200);
  await stage.dispatch(...items);
  await stage.isAllDone();
  const ids = new Map<string, string>();
  for (const { text, answer } of await stage.smsc.control.messages()) {
    ids.set(text, answer.message_id);
  }
  const told = new Map<string, string>();
  for (const { messageId, carrierMessageId } of await stage.outcomes()) {
    told.set(messageId, carrierMessageId);
  }
  expect(told.size).toBe(200);
  items.forEach(({ message }, index) => {
    expect(told.get(message.id)).toBe(ids.get(`#token${index}`));
  });
});

test('what the carrier refuses for good is rejected and goes nowhere else', async () => {
  stage = await CarrierStage.start([], ['--reject-share', '1']);
  const item = dispatchItem();
  await stage.dispatch(item);
  await stage.isAllDone();
  expect(await stage.outcomes()).toMatchObject([
    {
      ...{ messageId: item.message.id, result: 'rejected', code: 'carrier_rejected' },
      ...{ commandStatus: 0x0b, carrierMessageId: '' },
    },
  ]);
  expect([...(await timers()), ...(await dueNow()), ...(await dead())]).toEqual([]);
});

test('a transient error becomes a timer with the next attempt, and the event says when', async () => {
  stage = await CarrierStage.start([], ['--transient-share', '1']);
  const item = dispatchItem({ lane: 'priority' });
  const startedAtMs = Date.now();
  await stage.dispatch(item);
  await stage.isAllDone();
  const [outcome] = await stage.outcomes();
  expect(outcome).toMatchObject({ result: 'retry', attempt: 0, commandStatus: 0x08 });
  expect(outcome?.dueAtMs).toBeGreaterThanOrEqual(startedAtMs + 4_000);
  expect(outcome?.dueAtMs).toBeLessThanOrEqual(Date.now() + 6_000);
  expect(await timers()).toMatchObject([
    {
      message: item.message,
      attempt: 1,
      history: [{ attempt: 0, connector: 'sim', verdict: 'retry', commandStatus: 0x08 }],
    },
  ]);
});

test('throttling slows the connector and keeps the messages: no attempt is spent', async () => {
  const throttle = 'timers: { throttle: 20ms, throttle_max: 50ms }';
  stage = await CarrierStage.start([throttle], ['--throttle-share', '0.3']);
  await stage.dispatch(...tokenItems(60));
  await stage.isAllDone();
  const counts = await stage.smsc.control.submissionsByToken();
  expect([...counts.values()]).toEqual(Array(60).fill(1));
  const outcomes = await stage.outcomes();
  expect(outcomes).toHaveLength(60);
  expect(new Set(outcomes.map(({ result, attempt }) => `${result} ${attempt}`))).toEqual(
    new Set(['submitted 0']),
  );
  expect((await stage.smsc.control.stats()).throttled).toBeGreaterThan(0);
});

test('in no second the carrier sees more than the rate and one window', async () => {
  stage = await CarrierStage.start(['tps: 40', 'window: 5', 'binds: 2']);
  await stage.dispatch(...tokenItems(120));
  await stage.isAllDone();
  const { submissionsPerSecondMax } = await stage.smsc.control.stats();
  expect(submissionsPerSecondMax).toBeGreaterThan(20);
  // When the carrier is late to read, what both binds have in flight reaches it at once.
  expect(submissionsPerSecondMax).toBeLessThanOrEqual(40 + 2 * 5);
});

test('what waits beyond its validity expires, though the carrier is away', async () => {
  stage = await CarrierStage.start();
  await stage.smsc.kill();
  const item = dispatchItem({ expiresAtMs: Date.now() + 700 });
  await stage.dispatch(item);
  await stage.isAllDone();
  expect(await stage.outcomes()).toMatchObject([
    { messageId: item.message.id, result: 'expired', code: 'message_expired' },
  ]);
});

test('what no PDU can carry goes to the next target', async () => {
  stage = await CarrierStage.start();
  const body = {
    kind: 'binary',
    data: new Uint8Array(200),
    udh: Uint8Array.of(2, 0x70, 0),
    dataCoding: 4,
    protocolId: 0,
  } as const;
  await stage.dispatch(dispatchItem({ body }));
  await stage.isAllDone();
  expect(await stage.outcomes()).toMatchObject([
    { result: 'next_target', code: 'connector_unfit' },
  ]);
  expect(await dueNow()).toMatchObject([
    { attempt: 1, history: [{ connector: 'sim', verdict: 'next_target' }] },
  ]);
});

test('an answer that never comes: the part is sent again at once, and then as the next attempt', async () => {
  stage = await CarrierStage.start(['timers: { response: 300ms }']);
  await stage.smsc.control.stopAnswering('submits');
  await stage.dispatch(...tokenItems(1));
  await stage.isAllDone();
  expect(await stage.outcomes()).toMatchObject([{ result: 'retry', attempt: 0 }]);
  expect((await stage.smsc.control.stats()).submissions).toBe(2);
  expect(await stage.metrics()).toContain(
    'sendium_submit_unknown_outcome_total{connector="sim"} 2',
  );
});

test('an answer that never comes: parked, it is a dead letter that can be replayed', async () => {
  stage = await CarrierStage.start(['timers: { response: 300ms }', 'on_unknown_outcome: park']);
  await stage.smsc.control.stopAnswering('submits');
  const item = dispatchItem();
  await stage.dispatch(item);
  await stage.isAllDone();
  expect(await stage.events('intent')).toMatchObject([{ messageId: item.message.id, part: 1 }]);
  expect(await stage.outcomes()).toMatchObject([{ result: 'unknown', code: 'outcome_unknown' }]);
  const [letter] = await dead();
  expect(letter).toMatchObject({ messageId: item.message.id, subject: 'due.submit.normal' });
  expect(decodeSubmitBatch(letter?.payload ?? Buffer.alloc(0))).toMatchObject([
    { message: item.message, attempt: 1 },
  ]);
  expect((await stage.smsc.control.stats()).submissions).toBe(1);
});

test('an SMS from a mobile is durable before the carrier is told so', async () => {
  stage = await CarrierStage.start();
  await eventually(async () => expect((await stage.smsc.control.stats()).bindsLive).toBe(1));
  await stage.smsc.control.inject({ from: '447700900999', to: '12345', text: 'STOP' });
  await eventually(async () => {
    const inbound = await readStored(
      stage.backbone.bus,
      streams.inbound,
      'inbound.sim',
      decodeInboundBatch,
    );
    expect(inbound).toMatchObject([
      { from: { value: '447700900999' }, to: { value: '12345' }, octets: Buffer.from('STOP') },
    ]);
    expect(await stage.smsc.control.stats()).toMatchObject({ injected: { acked: 1 } });
  });
});
