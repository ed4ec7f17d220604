// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, workspaceRoot, type ReceivedSpan } from '@sendium/testkit';
import { startTracedStack, type TracedStack } from './traced-stack.fixture.ts';

const canary = {
  to: '+447700987654',
  from: 'CANARYBIRD',
  text: 'canary-text-5150',
  metadata: { order: 'canary-value-77' },
};
const canaries = /7700987654|CANARYBIRD|canary-|7700987655/;
const caller = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const traceparent = `00-${caller.traceId}-${caller.spanId}-01`;

let traced: TracedStack;

beforeAll(async () => {
  traced = await startTracedStack({ ratio: 1, env: { SENDIUM_ACCOUNT_METRICS: 'true' } });
}, 120_000);
afterAll(async () => {
  await traced[Symbol.asyncDispose]();
}, 30_000);

/** `parent > name@service`, so that a whole trace can be compared. */
function treeOf(spans: readonly ReceivedSpan[]): string[] {
  const nameOf = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  return spans
    .map(({ parentSpanId, name, service, kind }) => {
      const parent = parentSpanId === '' ? 'root' : (nameOf.get(parentSpanId) ?? 'unknown');
      return `${parent} > ${name} ${kind} @${service}`;
    })
    .sort();
}

test('a message by REST is one trace through all services, linked with its request', async () => {
  const id = await traced.send({ ...canary, text: canary.text.repeat(20) }, { traceparent });
  await traced.untilStatus(id, 'delivered');
  const spans = await traced.trace(id, 9);
  const { length: parts } = spans.filter(({ name }) => name === 'submit_sm');
  expect(parts).toBe(3);
  expect(treeOf(spans)).toEqual([
    'accept > notify client @notifier',
    'accept > route consumer @router',
    'root > accept producer @ingress-http',
    ...Array.from({ length: parts }, () => 'route > submit_sm client @connector'),
    ...Array.from({ length: parts }, () => 'submit_sm > receipt server @dlr-tracker'),
  ]);
  const accept = spans.find(({ name }) => name === 'accept');
  expect(accept?.spanId).toBe(id.slice(16));
  const [request] = await eventually(() => {
    const own = traced.collector.spans.filter(({ traceId }) => traceId === caller.traceId);
    expect(own).toHaveLength(1);
    return own;
  });
  expect(request).toMatchObject({
    ...{ name: 'POST /v1/messages', kind: 'server', parentSpanId: caller.spanId },
    links: [{ traceId: id, spanId: accept?.spanId }],
  });
  expect(accept?.links).toEqual([{ traceId: caller.traceId, spanId: request?.spanId }]);
  // Each receipt belongs to the part that it is about.
  for (const receipt of spans.filter(({ name }) => name === 'receipt')) {
    const submit = spans.find(({ spanId }) => spanId === receipt.parentSpanId);
    expect(submit?.attributes['sms.segment.number']).toBe(receipt.attributes['sms.segment.number']);
  }
});

test('a message by SMPP is one trace as well, to the deliver_sm that reports it', async () => {
  const client = await traced.bind();
  const fields = {
    ...{ source_addr: canary.from, short_message: canary.text },
    destination_addr: '447700987654',
  };
  const spans = await traced.trace(await client.accept(fields), 5);
  expect(treeOf(spans)).toEqual([
    'accept > notify client @ingress-smpp',
    'accept > route consumer @router',
    'root > accept server @ingress-smpp',
    'route > submit_sm client @connector',
    'submit_sm > receipt server @dlr-tracker',
  ]);
  traced.hangUp();
});

test('an SMS from a mobile is a trace of its own, to the application that it is for', async () => {
  await traced.smsc.inject({ from: '447700987655', to: '12345', text: canary.text });
  const [received] = await eventually(() => {
    const roots = traced.collector.spans.filter(({ name }) => name === 'receive');
    expect(roots).toHaveLength(1);
    return roots;
  });
  const spans = await traced.trace(received?.traceId ?? '', 3);
  expect(treeOf(spans)).toEqual(
    expect.arrayContaining([
      'receive > notify client @notifier',
      'receive > route consumer @router',
      'root > receive server @connector',
    ]),
  );
});

test('a question of a caller that is traced shows up at the tracker, in the trace of the caller', async () => {
  const id = await traced.send(canary);
  const asked = { traceId: '1af7651916cd43dd8448eb211c80319c', spanId: caller.spanId };
  await traced.get(`/v1/messages/${id}`, { traceparent: `00-${asked.traceId}-${asked.spanId}-01` });
  const method = 'sendium.v1.MessageService/GetMessage';
  expect(treeOf(await traced.trace(asked.traceId, 3))).toEqual([
    `GET /v1/messages/:id > ${method} client @ingress-http`,
    `${method} > ${method} server @dlr-tracker`,
    'unknown > GET /v1/messages/:id server @ingress-http',
  ]);
});

test('a carrier that says no is an error in the trace, with its status', async () => {
  await traced.smsc.change({ rejectShare: 1, rejectStatus: 0x0b });
  const id = await traced.send(canary);
  await traced.untilStatus(id, 'rejected');
  await traced.smsc.change({ rejectShare: 0 });
  // Each service exports its spans in its own time.
  await eventually(async () => {
    const spans = await traced.trace(id, 1);
    expect(spans.find(({ name }) => name === 'submit_sm')).toMatchObject({
      ...{ isError: true, statusMessage: '', events: 0 },
      attributes: { 'smpp.command_status': '0x0000000B', 'sms.result': 'rejected' },
    });
  });
});

const pages = () =>
  Promise.all(
    Object.values(traced.stack.urls.metrics).map(async (url) => (await fetch(url)).text()),
  );

test('no number, text, metadata or secret is in any exported octet, log line or metric', async () => {
  const services = new Set(traced.collector.spans.map(({ service }) => service));
  expect([...services].sort()).toEqual([
    ...['connector', 'dlr-tracker', 'ingress-http', 'ingress-smpp', 'notifier', 'router'],
  ]);
  const { key, demo } = traced.stack;
  const octets = Buffer.concat(traced.collector.bodies).toString('latin1');
  expect(octets.length).toBeGreaterThan(5000);
  for (const text of [octets, ...traced.logs(), ...(await pages())]) {
    expect(canaries.exec(text)).toBeNull();
    for (const secret of [key, demo?.password]) {
      expect(secret !== undefined && text.includes(secret)).toBe(false);
    }
  }
});

/** Counted only when something goes wrong, which nothing here does. */
const neverCounted = [
  'sendium_dead_letters_total',
  'sendium_delivery_report_unmatched_total',
  'sendium_messages_rejected_total',
  'sendium_queue_redelivered_total',
  'sendium_smpp_bind_failures_total',
  'sendium_smpp_malformed_total',
  'sendium_webhook_deferred_total',
];

test('what alerts and dashboards ask for is really exported', async () => {
  const folder = join(workspaceRoot, 'deploy', 'observability');
  const files = [
    join(folder, 'alerts.yaml'),
    ...readdirSync(join(folder, 'dashboards')).map((name) => join(folder, 'dashboards', name)),
  ].map((path) => readFileSync(path, 'utf8'));
  const asked = files.flatMap(
    (text) => text.match(/\b(?:sendium|nodejs|process)_[a-z0-9_]+/g) ?? [],
  );
  await eventually(async () => {
    const found = (await pages()).join('\n');
    const missing = [...new Set(asked)].filter(
      (name) => !new RegExp(`^${name}[{ ]`, 'm').test(found),
    );
    expect(missing.filter((name) => !neverCounted.includes(name))).toEqual([]);
  });
});
