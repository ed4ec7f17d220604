// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@sendium/testkit';
import { batchExamples } from './examples.ts';
import {
  acceptedResponse,
  batchResponse,
  messageResponse,
  previewResponse,
  problemResponse,
} from './response-schema.ts';
import {
  demoKey,
  documentWith,
  otherKey,
  startIngress,
  type RunningIngress,
} from './start-ingress.fixture.ts';

const good = { to: '+447700900123', text: 'canary text' };

let ingress: RunningIngress;
beforeAll(async () => {
  ingress = await startIngress();
});
afterAll(async () => {
  await ingress[Symbol.asyncDispose]();
});

const problemOf = async (response: Response): Promise<ReturnType<typeof problemResponse.parse>> => {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = problemResponse.parse(await response.json());
  expect(problem.status).toBe(response.status);
  expect(problem.request_id).toBe(response.headers.get('x-request-id'));
  return problem;
};

const json = { 'content-type': 'application/json' };

test('a message is accepted when it is stored, and tells where to ask for it', async () => {
  const response = await ingress.send({ ...good, client_reference: 'a', metadata: { k: 'v' } });
  expect(response.status).toBe(202);
  const message = messageResponse.parse(await response.json());
  expect(message).toMatchObject({
    status: 'accepted',
    final: false,
    segments: 1,
    encoding: 'gsm7',
    from: 'ACME',
    to: '+447700900123',
    text: 'canary text',
  });
  expect(response.headers.get('location')).toBe(`/v1/messages/${message.id}`);
  expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-z]+$/);
  const stored = (await ingress.stored('normal')).map((item) => item.message);
  expect(stored.find(({ id }) => id === message.id)).toMatchObject({
    account: 'demo',
    clientReference: 'a',
    metadata: { k: 'v' },
    origin: { ingress: 'http' },
    body: { kind: 'text', text: 'canary text' },
  });
});

test('the priority decides the lane', async () => {
  for (const [priority, lane] of [
    ['high', 'priority'],
    ['bulk', 'bulk'],
  ] as const) {
    const response = await ingress.send({ ...good, priority });
    const { id } = messageResponse.parse(await response.json());
    expect((await ingress.stored(lane)).map((item) => item.message.id)).toContain(id);
  }
});

test('a batch answers for each of its messages, in order, and refuses only the wrong ones', async () => {
  const messages = [
    { to: '+447700900123' },
    { to: '1' },
    'x',
    { to: '+447700900125', text: '' },
    { to: '+447700900126', text: 'own' },
  ];
  const response = await ingress.send(
    { defaults: { text: 'shared', priority: 'bulk' }, messages },
    '/v1/messages/batch',
  );
  expect(response.status).toBe(202);
  const { id, accepted, rejected, results } = batchResponse.parse(await response.json());
  expect([accepted, rejected]).toEqual([2, 3]);
  const codes = results.map((result) => ('error' in result ? result.error.errors : result.status));
  expect(codes).toMatchObject([
    'accepted',
    [{ pointer: '#/to', code: 'recipient_invalid' }],
    [{ pointer: '#', code: 'invalid_type' }],
    [{ pointer: '#/text', code: 'text_required' }],
    'accepted',
  ]);
  const stored = (await ingress.stored('bulk')).map((item) => item.message);
  const ofBatch = stored.filter((message) => message.batchId === id);
  expect(ofBatch.map(({ body }) => (body.kind === 'text' ? body.text : ''))).toEqual([
    'shared',
    'own',
  ]);
});

test('a batch of 1000 is accepted and stored, every message once', async () => {
  const messages = Array.from({ length: 1000 }, (_, n) => ({ ...good, text: `m${n}` }));
  const response = await ingress.send({ messages }, '/v1/messages/batch');
  const { id, results } = batchResponse.parse(await response.json());
  expect(results.map(({ index }) => index)).toEqual(messages.map((_, n) => n));
  const stored = (await ingress.stored('normal'))
    .map((item) => item.message)
    .filter((message) => message.batchId === id);
  expect(stored).toHaveLength(1000);
  expect(new Set(stored.map((message) => message.id)).size).toBe(1000);
});

test.each<[string, object, string]>([
  ['no messages', {}, '#/messages'],
  ['an empty list', { messages: [] }, '#/messages'],
  ['1001 messages', { messages: Array.from({ length: 1001 }, () => good) }, '#/messages'],
  ['an unknown field', { messages: [good], colour: 1 }, '#/colour'],
  ['defaults that are a list', { messages: [good], defaults: [] }, '#/defaults'],
  ['an unknown default', { messages: [good], defaults: { colour: 1 } }, '#/defaults/colour'],
  ['a wrong default', { messages: [good], defaults: { text: 5 } }, '#/defaults/text'],
  [
    'a default in the prototype',
    { messages: [good], defaults: JSON.parse('{"__proto__":{"text":"x"}}') as object },
    '#/defaults/__proto__',
  ],
])('a batch with %s is refused as a whole', async (_, body, pointer) => {
  const problem = await problemOf(await ingress.send(body, '/v1/messages/batch'));
  expect([problem.status, problem.errors?.map((error) => error.pointer)]).toEqual([422, [pointer]]);
});

test('a batch of which nothing can be accepted is refused, with every reason', async () => {
  const body = {
    defaults: { text: 'x' },
    messages: [JSON.parse('{"to":"+447700900123","__proto__":{}}'), { to: '1' }],
  };
  const problem = await problemOf(await ingress.send(body, '/v1/messages/batch'));
  expect(problem).toMatchObject({
    status: 422,
    code: 'invalid_request',
    results: [{ index: 0 }, { index: 1 }],
  });
});

test('a name that is half a surrogate pair is unknown, and hides no neighbour', async () => {
  const odd = '{"to":"+447700900123","text":"a","\\ud800":1}';
  const init = { body: odd, headers: json };
  const problem = await problemOf(await ingress.request('POST', '/v1/messages', init));
  expect(problem.errors).toMatchObject([{ pointer: '#/%EF%BF%BD', code: 'unknown_field' }]);
  const batch = { body: `{"messages":[${JSON.stringify(good)},${odd}]}`, headers: json };
  const response = await ingress.request('POST', '/v1/messages/batch', batch);
  expect(batchResponse.parse(await response.json())).toMatchObject({ accepted: 1, rejected: 1 });
});

test('what is wrong is told in bounds, however much it is', async () => {
  const unknown = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`k${n}`, 1]));
  expect((await problemOf(await ingress.send(unknown))).errors).toHaveLength(100);
  const batch = { defaults: unknown, messages: Array.from({ length: 1000 }, () => ({})) };
  const problem = await problemOf(await ingress.send(batch, '/v1/messages/batch'));
  expect(problem.errors).toHaveLength(100);
  expect(problem).not.toHaveProperty('results');
});

test('a wrong message is told everything that is wrong with it', async () => {
  const problem = await problemOf(await ingress.send({ to: 'x', text: '', colour: 1 }));
  expect(problem).toMatchObject({
    status: 422,
    code: 'invalid_request',
    instance: '/v1/messages',
    type: '/problems/invalid_request',
  });
  expect(problem.errors?.map((error) => `${error.pointer} ${error.code}`)).toEqual([
    '#/colour unknown_field',
    '#/to recipient_invalid',
    '#/text text_required',
  ]);
  const one = await problemOf(await ingress.send({ ...good, to: '+1' }));
  expect(one.code).toBe('recipient_invalid');
});

test.each([
  ['nothing', ''],
  ['no JSON', '{"to":'],
  ['a list', '[]'],
  ['null', 'null'],
  ['a text', '"x"'],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['two objects', '{}{}'],
  ['deep nesting', '['.repeat(100_000)],
  ['a name that stands twice', '{"to":"+447700900123","text":"a","text":"a"}'],
])('a body of %s is answered with 400', async (_, body) => {
  const problem = await problemOf(
    await ingress.request('POST', '/v1/messages', { body, headers: json }),
  );
  expect([problem.status, problem.code]).toEqual([400, 'malformed_json']);
});

test.each<[string, Record<string, string>]>([
  ['another type', { 'content-type': 'text/plain' }],
  ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['another charset', { 'content-type': 'application/json; charset=utf-16' }],
  ['a content coding', { ...json, 'content-encoding': 'gzip' }],
  ['a problem', { 'content-type': 'application/problem+json' }],
])('a body of %s is answered with 415', async (_, headers) => {
  const body = Buffer.from(JSON.stringify(good));
  const problem = await problemOf(await ingress.request('POST', '/v1/messages', { body, headers }));
  expect([problem.status, problem.code]).toEqual([415, 'unsupported_media_type']);
});

test.each(['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
  '%s is JSON',
  async (type) => {
    const init = { body: JSON.stringify(good), headers: { 'content-type': type } };
    expect((await ingress.request('POST', '/v1/messages', init)).status).toBe(202);
  },
);

test.each<[string, string | undefined]>([
  ['no key', ''],
  ['a wrong key', 'Bearer wrong'],
  ['the hash of a key', documentWith(demoKey).match(/sha256:[0-9a-f]+/)![0]],
  ['another scheme', `Basic ${Buffer.from(`demo:${demoKey}`).toString('base64')}`],
])('%s is answered with 401, whatever the body', async (_, authorization = '') => {
  for (const path of ['/v1/messages', '/v1/messages/batch']) {
    const init = { body: '{"to":', headers: { ...json, authorization } };
    const response = await ingress.request('POST', path, init);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="sendium"');
    expect((await problemOf(response)).code).toBe('unauthorized');
  }
  const asked = await ingress.request('GET', `/v1/messages/${'0'.repeat(32)}`, {
    headers: { authorization },
  });
  expect(asked.status).toBe(401);
});

test('a key is taken up and dropped with the configuration, without a restart', async () => {
  const withKey = (key: string): Promise<Response> =>
    ingress.request('POST', '/v1/messages', {
      body: JSON.stringify({ ...good, from: 'B' }),
      headers: { ...json, authorization: `Bearer ${key}` },
    });
  expect((await withKey(otherKey)).status).toBe(202);
  await ingress.backbone.configure(documentWith(demoKey, 'second'));
  await eventually(async () => expect((await withKey('second')).status).toBe(202));
  await ingress.backbone.configure('version: nonsense');
  await ingress.backbone.configure(documentWith(demoKey));
  await eventually(async () => expect((await withKey('second')).status).toBe(401));
  expect((await withKey(demoKey)).status).toBe(202);
});

test.each([
  ['GET', '/v1/messages', 'POST'],
  ['PUT', '/v1/messages', 'POST'],
  ['GET', '/v1/messages/batch', 'POST'],
  ['DELETE', `/v1/messages/${'0'.repeat(32)}`, 'GET, HEAD'],
  ['POST', `/v1/messages/${'0'.repeat(32)}/events`, 'GET, HEAD'],
  ['OPTIONS', '/openapi.json', 'GET, HEAD'],
])('%s %s is answered with 405 and what is allowed', async (method, path, allowed) => {
  const response = await ingress.request(method, path);
  expect(response.headers.get('allow')).toBe(allowed);
  expect((await problemOf(response)).code).toBe('method_not_allowed');
});

test.each([
  '/',
  '/v2/messages',
  '/v1/messages/',
  '/V1/messages',
  '/v1/messages/%zz',
  '/problems/x',
  '/v1/messages/batch/x',
])('GET %s is answered with 404', async (path) => {
  expect((await problemOf(await ingress.request('GET', path))).code).toBe('not_found');
});

test('every code of a problem is explained where its type points', async () => {
  const { type } = await problemOf(await ingress.send({}));
  const response = await fetch(ingress.url + type);
  expect(await response.json()).toMatchObject({
    code: 'invalid_request',
    status: 422,
    retryable: false,
  });
});

test('what was sent is counted and nobody is named: not in metrics, not in logs', async () => {
  expect(
    (await ingress.send({ to: '+447700900123', text: 'canary text', from: 'CANARY' })).status,
  ).toBe(202);
  await ingress.send({ to: '+44770090012399', text: 'canary text' });
  const metrics = await (await fetch(`${ingress.app.probeUrl}/metrics`)).text();
  expect(metrics).toMatch(
    /sendium_messages_accepted_total\{ingress="http",encoding="gsm7"\} [1-9]/,
  );
  expect(metrics).toMatch(
    /sendium_messages_rejected_total\{ingress="http",code="recipient_invalid"\} [1-9]/,
  );
  expect(metrics).toMatch(
    /sendium_http_request_duration_seconds_count\{route="\/v1\/messages",method="POST",status_class="2xx"\} [1-9]/,
  );
  for (const output of [metrics, ingress.app.output]) {
    expect(output).not.toMatch(/canary|7700900|demo-key/i);
  }
});

const answers = new Map<string, { parse(answer: unknown): unknown }>([
  ['/v1/messages', acceptedResponse],
  ['/v1/messages/batch', batchResponse],
  ['/v1/messages/preview', previewResponse],
]);

test('each example of /openapi.json is answered as it says', async () => {
  const response = await fetch(`${ingress.url}/openapi.json`);
  const document = (await response.json()) as {
    readonly openapi: string;
    readonly paths: Record<
      string,
      {
        post?: {
          requestBody: {
            content: { 'application/json': { examples: Record<string, { value: unknown }> } };
          };
        };
      }
    >;
  };
  expect(document.openapi).toBe('3.1.0');
  let replayed = 0;
  for (const [path, { post }] of Object.entries(document.paths)) {
    const examples = post?.requestBody.content['application/json'].examples ?? {};
    for (const { value } of Object.values(examples)) {
      const answer = await ingress.send(value, path);
      expect(answer.status).toBe(path.endsWith('/preview') ? 200 : 202);
      answers.get(path)?.parse(await answer.json());
      expect(answers.has(path)).toBe(true);
      replayed += 1;
    }
  }
  expect(replayed).toBeGreaterThan(Object.keys(batchExamples).length);
});

test('every reference of /openapi.json leads somewhere', async () => {
  const text = await (await fetch(`${ingress.url}/openapi.json`)).text();
  const { components } = JSON.parse(text) as { readonly components: { readonly schemas: object } };
  const names = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]);
  expect(new Set(names)).toEqual(
    new Set(Object.keys(components.schemas).map((name) => `#/components/schemas/${name}`)),
  );
});
