// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import {
  eventually,
  startOtlpReceiver,
  workspaceRoot,
  type OtlpReceiver,
  type ReceiverProtocol,
} from '@sendium/testkit';
import { createMetrics } from './metrics.ts';
import { attributes } from './semconv.ts';
import { startTracing, TracingSettingError } from './start-tracing.ts';
import { spanIdOf, steps } from './steps.ts';
import { epochMsOf, noTracing, type Tracing } from './tracing.ts';

const id = '019a5f2e4b7a7c018f3ad21c5b6e9f40';
const at = 1_700_000_000_000;
const opened: AsyncDisposable[] = [];
const variables = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TIMEOUT',
  'OTEL_BSP_SCHEDULE_DELAY',
];

afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
  for (const name of variables) Reflect.deleteProperty(process.env, name);
});

/** The SDK reads the process's own variables: so they are set, and taken away after each test. */
async function trace(
  endpoint: string,
  { ratio = '1', protocol = 'http/protobuf', keepsFailures = false } = {},
) {
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = endpoint;
  process.env['OTEL_BSP_SCHEDULE_DELAY'] ??= '50';
  // Longer than tests may take whose collector does not answer.
  process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '4000';
  const metrics = createMetrics();
  const tracing = await startTracing({
    ...{ service: 'router', metrics, keepsFailures },
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_TRACES_SAMPLER_ARG: ratio,
    },
  });
  opened.push(tracing);
  return { tracing, metrics };
}

async function collect(protocol?: ReceiverProtocol): Promise<OtlpReceiver> {
  const collector = await startOtlpReceiver(protocol);
  opened.push(collector);
  return collector;
}

const route = (tracing: Tracing, more: object = {}) =>
  tracing.message(id)?.record({
    ...{ step: steps.route(0), kind: 'consumer', startMs: at, endMs: at + 2.5 },
    attributes: { [attributes.lane]: 'normal', [attributes.attempt]: 0 },
    ...more,
  });

test('the message id is the trace id, bytes 8 to 15 are the root, every service knows the rest', async () => {
  const collector = await collect();
  const { tracing } = await trace(collector.endpoint);
  tracing.message(id)?.record({
    ...{ step: steps.accept, kind: 'producer', startMs: at - 10, endMs: at, attributes: {} },
  });
  route(tracing);
  tracing.message(id)?.record({
    ...{ step: steps.submit(0, 1), parent: steps.route(0), kind: 'client', attributes: {} },
    ...{ startMs: at + 3, endMs: at + 10, error: 'timeout' },
  });
  const [accept, routed, submit] = await eventually(() => {
    expect(collector.spans).toHaveLength(3);
    return collector.spans;
  });
  expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([id]));
  expect(accept).toMatchObject({ spanId: '8f3ad21c5b6e9f40', parentSpanId: '', name: 'accept' });
  expect(routed).toMatchObject({
    ...{ parentSpanId: accept?.spanId, kind: 'consumer', startMs: at, endMs: at + 2.5 },
    attributes: { 'sms.lane': 'normal', 'sms.attempt': 0, 'sms.message.id': id },
    ...{ isError: false, service: 'router' },
  });
  expect(submit).toMatchObject({
    ...{ parentSpanId: routed?.spanId, isError: true, kind: 'client' },
    attributes: { 'error.type': 'timeout' },
  });
  expect(routed?.resource).toMatchObject({ 'service.namespace': 'sendium' });
  expect(routed?.resource).not.toHaveProperty('process.command_args');
});

test('a step that is taken again is the same span; each other step is another one', () => {
  const all = [
    steps.accept,
    steps.route(0),
    steps.route(1),
    steps.submit(0, 1),
    steps.submit(0, 2),
    steps.submit(1, 1),
    steps.receipt(0, 1, 'delivered'),
    steps.receipt(0, 1, 'enroute'),
    steps.notify('webhook', 'main', 'delivered', 0),
    steps.notify('webhook', 'main', 'delivered', 1),
    steps.notify('webhook', 'other', 'delivered', 0),
  ];
  const ids = all.map((step) => spanIdOf(id, step));
  expect(new Set(ids).size).toBe(all.length);
  expect(all.map((step) => spanIdOf(id, step))).toEqual(ids);
  for (const each of ids) expect(each).toMatch(/^[0-9a-f]{16}$/);
  // What is written by one version must be found by the next one.
  expect(spanIdOf(id, steps.route(0))).toBe('d5e7dbde131d771f');
});

test('over gRPC as well', async () => {
  const collector = await collect('grpc');
  const { tracing } = await trace(collector.endpoint, { protocol: 'grpc' });
  route(tracing);
  await eventually(() => expect(collector.spans).toHaveLength(1));
  expect(collector.paths[0]).toContain('TraceService/Export');
});

test('what is not in the list never leaves, whatever a span is given', async () => {
  const collector = await collect();
  const { tracing } = await trace(collector.endpoint);
  route(tracing, {
    attributes: {
      [attributes.lane]: 'bulk',
      to: '+447700900123',
      'sms.text': 'canary',
      'url.query': 'k=v',
    },
  });
  await eventually(() => expect(collector.spans).toHaveLength(1));
  expect(Object.keys(collector.spans[0]?.attributes ?? {}).sort()).toEqual([
    'sms.lane',
    'sms.message.id',
  ]);
  const octets = Buffer.concat(collector.bodies).toString('latin1');
  expect(octets).not.toMatch(/7700900123|canary|k=v/);
});

test('what is not sampled is not there; a failure is, where the operator wants that', async () => {
  const collector = await collect();
  const { tracing } = await trace(collector.endpoint, { ratio: '0', keepsFailures: true });
  expect(tracing.message(id)).toBeUndefined();
  expect(tracing.message(id, true)).toBeDefined();
  const { tracing: strict } = await trace(collector.endpoint, { ratio: '0' });
  expect(strict.message(id, true)).toBeUndefined();
});

test('a request continues the trace of its caller and is linked with its messages, and they with it', async () => {
  const collector = await collect();
  const { tracing } = await trace(collector.endpoint, { ratio: '0.5' });
  const request = tracing.request('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00');
  expect(request?.isSampled).toBe(false);
  const message = tracing.message(id.slice(0, 18) + 'ffffffffffffff');
  request?.link(message!.reference(steps.accept));
  expect(request?.isSampled).toBe(true);
  request?.end('POST /v1/messages', { kind: 'server', startMs: at, attributes: {} });
  await eventually(() => expect(collector.spans).toHaveLength(1));
  expect(collector.spans[0]).toMatchObject({
    ...{ traceId: '0af7651916cd43dd8448eb211c80319c', parentSpanId: 'b7ad6b7169203331' },
    links: [{ spanId: '8fffffffffffffff' }],
  });
});

test('a request that nobody samples and that brings no sampled message is not recorded', async () => {
  const collector = await collect();
  const { tracing } = await trace(collector.endpoint, { ratio: '0' });
  const request = tracing.request(undefined);
  request?.end('GET', { kind: 'server', startMs: at, attributes: {} });
  expect(
    tracing.call('server', 'a/B', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'),
  ).toBe(undefined);
  await tracing[Symbol.asyncDispose]();
  expect(collector.spans).toHaveLength(0);
});

test('a call is a child of whoever makes it, and its server a child of the call', async () => {
  const collector = await collect();
  const { tracing } = await trace(collector.endpoint);
  const client = tracing.call(
    'client',
    'sendium.v1.MessageService/GetMessage',
    '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  );
  const server = tracing.call(
    'server',
    'sendium.v1.MessageService/GetMessage',
    client?.traceparent,
  );
  server?.end('NOT_FOUND');
  client?.end();
  const [served, called] = await eventually(() => {
    expect(collector.spans).toHaveLength(2);
    return collector.spans;
  });
  expect(called).toMatchObject({ kind: 'client', parentSpanId: 'b7ad6b7169203331' });
  expect(served).toMatchObject({
    ...{ kind: 'server', parentSpanId: called?.spanId, isError: true },
    attributes: { 'rpc.response.status_code': 'NOT_FOUND', 'rpc.system.name': 'grpc' },
  });
});

test('what was recorded last is exported before tracing ends', async () => {
  const collector = await collect();
  process.env['OTEL_BSP_SCHEDULE_DELAY'] = '60000';
  const { tracing } = await trace(collector.endpoint);
  route(tracing);
  await tracing[Symbol.asyncDispose]();
  expect(collector.spans).toHaveLength(1);
});

test('a collector that is away costs the spans and no more: nobody waits, memory is bounded', async () => {
  const { tracing, metrics } = await trace('http://127.0.0.1:9');
  for (let i = 0; i < 10_000; i += 1) route(tracing);
  await tracing[Symbol.asyncDispose]();
  expect(await metrics.render()).toContain('sendium_trace_spans_total{result="recorded"} 10000');
}, 3500);

test('a collector that accepts connections and never answers holds nobody up either', async () => {
  const sockets = new Set<{ destroy(): unknown }>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const { tracing } = await trace(`http://127.0.0.1:${port}`);
  route(tracing);
  await tracing[Symbol.asyncDispose]();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
}, 3500);

test('it is off unless a collector is named, and then nothing of the SDK is loaded', () => {
  const script = `
    const loaded = [];
    const { registerHooks } = await import('node:module');
    registerHooks({ resolve(name, context, next) { loaded.push(name); return next(name, context); } });
    const { startTracing, createMetrics } = await import('@sendium/telemetry');
    const on = (env) => startTracing({ service: 'x', metrics: createMetrics(), keepsFailures: false, env });
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    for (const env of [{}, { ...endpoint, OTEL_SDK_DISABLED: 'true' }, { ...endpoint, OTEL_TRACES_EXPORTER: 'none' }]) {
      if ((await on(env)).isOn) throw new Error('is on');
    }
    const before = loaded.filter((name) => /opentelemetry\\/(?!api)/.test(name)).length;
    const tracing = await on(endpoint);
    const after = loaded.filter((name) => /opentelemetry\\/(?!api)/.test(name)).length;
    console.log(JSON.stringify({ isOn: tracing.isOn, before, after }));
    process.exit(0);`;
  const flags = ['--conditions=@sendium/source', '--input-type=module', '-e', script];
  // Jest's own would make the program another one.
  const env = { ...process.env, NODE_OPTIONS: '' };
  const options = { cwd: join(workspaceRoot, 'libs/telemetry'), encoding: 'utf8', env } as const;
  const told = JSON.parse(execFileSync(process.execPath, flags, options)) as {
    readonly isOn: boolean;
    readonly before: number;
    readonly after: number;
  };
  expect(told).toMatchObject({ isOn: true, before: 0 });
  expect(told.after).toBeGreaterThan(0);
  expect(noTracing.message(id)).toBeUndefined();
});

test('a variable that means nothing here is told by its name', async () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
  const options = { service: 'x', metrics: createMetrics(), keepsFailures: false };
  const wrong = { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'thrift' };
  await expect(startTracing({ ...options, env: wrong })).rejects.toThrow(TracingSettingError);
  const junk = { ...endpoint, OTEL_TRACES_SAMPLER_ARG: 'much' };
  await expect(startTracing({ ...options, env: junk })).rejects.toThrow('OTEL_TRACES_SAMPLER_ARG');
});

test('times of one process keep their order and their fractions', () => {
  const first = epochMsOf(performance.now());
  const second = epochMsOf(performance.now() + 0.25);
  expect(second - first).toBeGreaterThanOrEqual(0.25);
  expect(Math.abs(first - Date.now())).toBeLessThan(50);
});
