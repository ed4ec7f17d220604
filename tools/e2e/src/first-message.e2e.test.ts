// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@sendium/testkit';
import { startStage, type Stage } from './stage.fixture.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
}, 120_000);
afterAll(() => stage[Symbol.asyncDispose](), 60_000);

interface Resource {
  readonly id: string;
  readonly status: string;
  readonly segments: number;
  readonly segments_delivered: number;
  readonly [field: string]: unknown;
}

const ask = async (method: string, path: string, body?: unknown) => {
  const response = await fetch(stage.stack.urls.rest + path, {
    method,
    headers: {
      authorization: `Bearer ${stage.stack.key ?? ''}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Resource };
};
const send = async (message: object) => {
  const { status, body } = await ask('POST', '/v1/messages', message);
  expect(status).toBe(202);
  return body;
};
const untilStatus = (id: string, status: string) =>
  eventually(
    async () => {
      const { body } = await ask('GET', `/v1/messages/${id}`);
      expect(body.status).toBe(status);
      return body;
    },
    { timeoutMs: 40_000 },
  );
const timeline = async (id: string) => {
  const { body } = await ask('GET', `/v1/messages/${id}/events`);
  return body as unknown as { readonly data: readonly Record<string, unknown>[] };
};

test('a new user sends an SMS, and follows it to the handset and back', async () => {
  const accepted = await send({ to: '+447700900123', from: 'ACME', text: 'Hello' });
  expect(accepted).toMatchObject({ status: 'accepted', segments: 1, encoding: 'gsm7' });
  expect(accepted.id).toMatch(/^[0-9a-f]{32}$/);
  await untilStatus(accepted.id, 'delivered');
  const data = await eventually(async () => {
    const { data: steps } = await timeline(accepted.id);
    const types = steps.map(({ type }) => type);
    expect(types).toEqual(['accepted', 'routed', 'submitted', 'receipt', 'notified']);
    return steps;
  });
  expect(data[2]).toMatchObject({ connector: 'sim', smpp_status: '0x00000000' });
  expect(data[3]).toMatchObject({
    stat: 'DELIVRD',
    carrier_message_id: data[2]?.['carrier_message_id'],
  });
  expect(data[4]).toMatchObject({ type: 'notified' });
  const times = data.map(({ at }) => Date.parse(String(at)));
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

test('a message is known the moment it was accepted', async () => {
  for (let i = 0; i < 20; i += 1) {
    const { id } = await send({ to: '+447700900123', text: 'now' });
    const { status, body } = await ask('GET', `/v1/messages/${id}`);
    expect(status).toBe(200);
    expect(['accepted', 'queued', 'sent', 'delivered']).toContain(body.status);
  }
});

test('a long text in any script arrives whole, in parts, and is delivered when every part is', async () => {
  const text = 'Ελληνικά и кириллица 🙂 '.repeat(12);
  const { id, segments } = await send({ to: '+306912345678', from: 'ACME', text });
  expect(segments).toBeGreaterThan(3);
  const delivered = await untilStatus(id, 'delivered');
  expect(delivered).toMatchObject({ segments, segments_delivered: segments });
  const parts = (await stage.smsc.messages()).filter(
    ({ destination }) => destination.address === '306912345678',
  );
  expect(parts).toHaveLength(segments);
  expect(parts.map((part) => part.text).join('')).toBe(text.normalize('NFC'));
});

test('a batch is answered item by item, and each accepted one is delivered', async () => {
  const { status, body } = await ask('POST', '/v1/messages/batch', {
    defaults: { from: 'ACME', text: 'batch' },
    messages: [
      { to: '+447700900001' },
      { to: 'nobody' },
      { to: '+447700900002', priority: 'high' },
    ],
  });
  expect(status).toBe(202);
  expect(body).toMatchObject({ accepted: 2, rejected: 1 });
  const results = body['results'] as {
    readonly id?: string;
    readonly error?: { readonly code: string };
  }[];
  for (const { id } of results) if (id !== undefined) await untilStatus(id, 'delivered');
  expect(results[1]?.error).toMatchObject({ errors: [{ pointer: '#/to' }] });
});

test('a scheduled message waits, says so, and goes out when it is due', async () => {
  const sendAt = new Date(Date.now() + 6000).toISOString();
  const { id } = await send({ to: '+447700900123', text: 'later', send_at: sendAt });
  await untilStatus(id, 'scheduled');
  await untilStatus(id, 'delivered');
  const { data } = await timeline(id);
  expect(data.map(({ type }) => type)).toContain('scheduled');
  const submitted = data.find(({ type }) => type === 'submitted');
  expect(Date.parse(String(submitted?.['at']))).toBeGreaterThanOrEqual(Date.parse(sendAt));
});

test("a carrier's no is the end, with its status; a carrier's later is tried again", async () => {
  await stage.smsc.change({ rejectShare: 1, rejectStatus: 0x0b });
  const refused = await send({ to: '+447700900123', text: 'no' });
  expect(await untilStatus(refused.id, 'rejected')).toMatchObject({
    final: true,
    error: { code: 'carrier_rejected', smpp_status: '0x0000000B' },
  });
  await stage.smsc.change({ rejectShare: 0, transientShare: 1, transientStatus: 0x14 });
  const later = await send({ to: '+447700900123', text: 'later' });
  await eventually(async () => {
    expect((await timeline(later.id)).data.map(({ type }) => type)).toContain('retry');
  });
  await stage.smsc.change({ transientShare: 0 });
  await untilStatus(later.id, 'delivered');
}, 120_000);

test('a receipt of failure makes the message undelivered, with the reason', async () => {
  await stage.smsc.change({ receiptStats: { UNDELIV: 1 } });
  const { id } = await send({ to: '+447700900123', text: 'unlucky' });
  expect(await untilStatus(id, 'undelivered')).toMatchObject({
    final: true,
    error: { code: 'undeliverable' },
  });
  await stage.smsc.change({ receiptStats: { DELIVRD: 1 } });
});

test('while the carrier is gone messages are accepted; when it is back they go out', async () => {
  stage.stack.kill('smsc-simulator', 'SIGSTOP');
  const { id } = await send({ to: '+447700900123', text: 'patience' });
  await untilStatus(id, 'queued');
  stage.stack.kill('smsc-simulator', 'SIGCONT');
  await untilStatus(id, 'delivered');
});

test('no number and no text stands in any log or metric', async () => {
  const text = 'canary-text-5150';
  const { id } = await send({ to: '+447700987654', from: 'CANARYBIRD', text });
  await stage.smsc.inject({ from: '+447700987654', to: '12345', text });
  // To nobody: it goes to DEAD.
  await stage.smsc.inject({ from: '+447700987654', to: '54321', text });
  await eventually(async () => {
    const received = await (await fetch(`${stage.stack.urls.demo_receiver ?? ''}/received`)).text();
    expect(received).toContain(`"webhook_id":"${id}-delivered"`);
    expect(received).toContain('"type":"message.received"');
    expect(received).not.toContain(text);
  });
  const pages = await Promise.all(
    Object.values(stage.stack.urls.metrics).map(async (url) => (await fetch(url)).text()),
  );
  for (const text of [...pages, ...stage.logs()]) {
    expect(text).not.toMatch(/7700987654|CANARYBIRD|canary-text-5150/);
  }
});
