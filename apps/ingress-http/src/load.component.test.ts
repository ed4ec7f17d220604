// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { defaultTopology } from '@sendium/contracts';
import { eventually, spawnApp, startNatsServer } from '@sendium/testkit';
import { batchResponse, problemResponse } from './response-schema.ts';
import {
  demoKey,
  otherKey,
  startIngress,
  type IngressOptions,
  type RunningIngress,
} from './start-ingress.fixture.ts';

const good = { to: '+447700900123', text: 'Hello' };

const owned: AsyncDisposable[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const resource of owned.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

const started = async (options?: IngressOptions): Promise<RunningIngress> => {
  const ingress = await startIngress(options);
  owned.push(ingress);
  return ingress;
};

/** A connection of our own, to send what no HTTP client would. */
const dial = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};

/** What the connection received by the time it has all of this. */
const received = async (socket: Socket, expected: RegExp): Promise<string> => {
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  return eventually(() => {
    expect(text).toMatch(expected);
    return text;
  });
};

const head = (...lines: readonly string[]): string =>
  [
    'POST /v1/messages HTTP/1.1',
    'Host: x',
    `Authorization: Bearer ${demoKey}`,
    'Content-Type: application/json',
    ...lines,
    '',
    '',
  ].join('\r\n');

test('a header that decides must not stand there twice, nor name a coding that is not undone', async () => {
  const ingress = await started();
  const body = JSON.stringify(good);
  const answerTo = async (...lines: readonly string[]): Promise<string> => {
    const socket = await dial(ingress.port);
    socket.write(head(`Content-Length: ${body.length}`, ...lines) + body);
    return (await received(socket, /"code"/)).slice(0, 12);
  };
  expect(await answerTo('Authorization: Bearer another')).toBe('HTTP/1.1 401');
  expect(await answerTo('content-type: text/plain')).toBe('HTTP/1.1 415');
  const coded = await dial(ingress.port);
  const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  coded.write(head('Transfer-Encoding: gzip, chunked') + chunk);
  expect(await received(coded, /"code"/)).toMatch(/^HTTP\/1.1 415/);
  expect(await ingress.stored('normal')).toEqual([]);
});

test('who sends too much and wants the connection closed still reads why', async () => {
  const ingress = await started();
  const socket = await dial(ingress.port);
  const bytes = 3 * 1024 * 1024;
  socket.write(head(`Content-Length: ${bytes}`, 'Connection: close'));
  const answer = received(socket, /payload_too_large/);
  const ended = once(socket, 'end');
  // Larger than what the sockets hold on the way: a reset would come in between.
  for (let sent = 0; sent < bytes; sent += 65_536) {
    if (!socket.write(Buffer.alloc(65_536, 0x20))) await once(socket, 'drain');
  }
  expect(await answer).toMatch(/^HTTP\/1.1 413/);
  await ended;
  expect(socket.errored).toBeNull();
});

const problemOf = async (response: Response): Promise<readonly unknown[]> => {
  const { code, status } = problemResponse.parse(await response.json());
  return [status, code, response.headers.get('retry-after') !== null];
};

test('a full lane refuses its own messages and no others', async () => {
  const ingress = await started({ topology: { ...defaultTopology, maxBatchesPerSubject: 2 } });
  for (const status of [202, 202, 429]) expect((await ingress.send(good)).status).toBe(status);
  expect(await problemOf(await ingress.send(good))).toEqual([429, 'queue_full', true]);
  expect((await ingress.send({ ...good, priority: 'high' })).status).toBe(202);

  const mixed = { messages: [good, { ...good, priority: 'bulk' }] };
  const batch = batchResponse.parse(await (await ingress.send(mixed, '/v1/messages/batch')).json());
  expect(batch.results).toMatchObject([{ error: { code: 'queue_full' } }, { status: 'accepted' }]);
  const none = await ingress.send({ messages: [good, good] }, '/v1/messages/batch');
  expect(await problemOf(none)).toEqual([429, 'queue_full', true]);
  expect(await ingress.stored('normal')).toHaveLength(2);
});

test('an account that sends faster than agreed is told so, message by message', async () => {
  const ingress = await started();
  const body = JSON.stringify({
    messages: Array.from({ length: 5 }, () => ({ ...good, from: 'B' })),
  });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${otherKey}` };
  const answer = await ingress.request('POST', '/v1/messages/batch', { body, headers });
  const { accepted, results } = batchResponse.parse(await answer.json());
  expect(accepted).toBe(2);
  expect(results.at(-1)).toMatchObject({ error: { code: 'rate_limited', status: 429 } });
});

test('a store that is nearly full takes nothing new', async () => {
  const ingress = await started({ env: { SENDIUM_NATS_STORE_LIMIT: '64KiB' } });
  expect((await ingress.send(good)).status).toBe(202);
  const long = { to: good.to, text: 'x'.repeat(60_000), max_segments: 255 };
  await ingress.send(
    {
      messages: [
        { ...long, text: 'x'.repeat(30_000) },
        { ...long, text: 'x'.repeat(30_000) },
      ],
    },
    '/v1/messages/batch',
  );
  await eventually(async () => {
    expect(await problemOf(await ingress.send(good))).toEqual([429, 'queue_full', true]);
  });
});

test('while NATS is away it refuses and is not ready; when NATS is back it goes on', async () => {
  const ingress = await started();
  const { nats } = ingress.backbone;
  expect((await ingress.send(good)).status).toBe(202);
  await nats.kill();
  await eventually(async () => {
    const ready = await fetch(`${ingress.app.probeUrl}/readyz`);
    expect(await ready.json()).toMatchObject({ ready: false, checks: { nats: { ready: false } } });
  });
  expect(await problemOf(await ingress.send(good))).toEqual([503, 'unavailable', true]);
  expect((await fetch(`${ingress.app.probeUrl}/livez`)).status).toBe(200);
  await nats.restart();
  await eventually(async () => expect((await ingress.send(good)).status).toBe(202));
  await ingress.app.ready();
});

test('started before NATS it is alive, says what it waits for, and stops in order', async () => {
  const nats = await startNatsServer();
  const { url } = nats;
  await nats[Symbol.asyncDispose]();
  const env = { SENDIUM_NATS_URL: url, SENDIUM_HTTP_LISTEN: '127.0.0.1:0' };
  const app = await spawnApp({ app: 'ingress-http', env, waitUntilReady: false });
  owned.push(app);
  await eventually(async () => {
    const ready = await fetch(`${app.probeUrl}/readyz`);
    expect(await ready.json()).toMatchObject({
      ready: false,
      checks: { nats: { reason: 'waiting for NATS' } },
    });
  });
  expect((await fetch(`${app.probeUrl}/livez`)).status).toBe(200);
  expect((await app.stop()).code).toBe(0);
});

test('on SIGTERM what has begun is answered, nothing new is taken, and it exits with 0', async () => {
  const ingress = await started();
  const body = JSON.stringify(good);
  const begun = await dial(ingress.port);
  begun.write(head(`Content-Length: ${body.length}`) + body.slice(0, 5));
  const idle = await dial(ingress.port);
  idle.write('GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n');
  await received(idle, /200 OK/);
  // The unfinished request counts as under way once the server has seen it.
  await eventually(async () => {
    const metrics = await (await fetch(`${ingress.app.probeUrl}/metrics`)).text();
    expect(metrics).toContain('sendium_http_connections{server="api"} 2');
  });
  ingress.app.signal('SIGTERM');
  await once(idle, 'close');
  await expect(dial(ingress.port)).rejects.toThrow('ECONNREFUSED');
  begun.write(body.slice(5));
  expect(await received(begun, /"status":"accepted"/)).toMatch(
    /^HTTP\/1.1 202 .*Connection: close/s,
  );
  expect((await ingress.app.ended).code).toBe(0);
  expect(await ingress.stored('normal')).toHaveLength(1);
});

test('nothing is accepted before NATS has said that it is stored', async () => {
  const ingress = await started();
  const { nats } = ingress.backbone;
  let answered = 0;
  nats.signal('SIGSTOP');
  const sent = Array.from({ length: 3 }, async () => {
    const response = await ingress.send(good);
    answered += 1;
    return response.status;
  });
  // Time enough for an answer that waits for nothing.
  for (let n = 0; n < 30; n += 1) {
    expect((await fetch(`${ingress.url}/openapi.json`)).status).toBe(200);
  }
  expect(answered).toBe(0);
  nats.signal('SIGCONT');
  expect(await Promise.all(sent)).toEqual([202, 202, 202]);
});

test('a server that does not answer makes it say so within bounds', async () => {
  const ingress = await started();
  ingress.backbone.nats.signal('SIGSTOP');
  try {
    expect(await problemOf(await ingress.send(good))).toEqual([503, 'unavailable', true]);
  } finally {
    ingress.backbone.nats.signal('SIGCONT');
  }
});

test('kill -9 at any moment loses nothing of what was answered with 202', async () => {
  const ingress = await started();
  const ids: string[] = [];
  const one = async (): Promise<void> => {
    for (;;) {
      const response = await ingress.send(good);
      if (response.status === 202) ids.push(((await response.json()) as { id: string }).id);
    }
  };
  const clients = Array.from({ length: 16 }, () => one().catch(() => undefined));
  await eventually(() => expect(ids.length).toBeGreaterThan(300));
  await ingress.app.kill();
  await Promise.all(clients);
  const stored = new Set((await ingress.stored('normal')).map((item) => item.message.id as string));
  expect(ids.filter((id) => !stored.has(id))).toEqual([]);
});

test('thousands of idle connections keep nobody out', async () => {
  const ingress = await started({ env: { SENDIUM_HTTP_MAX_CONNECTIONS: '500' } });
  for (let n = 0; n < 20; n += 1) {
    await Promise.all(Array.from({ length: 100 }, () => dial(ingress.port)));
    expect((await ingress.send(good)).status).toBe(202);
  }
  // The one that made room is closed a moment after the new one was let in.
  await eventually(async () => {
    const metrics = await (await fetch(`${ingress.app.probeUrl}/metrics`)).text();
    const [, open] = /sendium_http_connections\{server="api"\} (\d+)/.exec(metrics) ?? [];
    expect(Number(open)).toBeLessThanOrEqual(500);
  });
});

const tooLarge = /^HTTP\/1.1 413 .*"code":"payload_too_large"/s;

test('a body announced as too large is refused before it is sent', async () => {
  const ingress = await started();
  const socket = await dial(ingress.port);
  socket.write(head(`Content-Length: ${256 * 1024 + 1}`, 'Expect: 100-continue'));
  expect(await received(socket, tooLarge)).not.toContain('100 Continue');
});

test('a body that turns out too large is refused while it is read, and the rest goes by', async () => {
  const ingress = await started();
  const body = JSON.stringify({ ...good, text: 'x'.repeat(300 * 1024) });
  const socket = await dial(ingress.port);
  socket.write(
    `${head('Transfer-Encoding: chunked')}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  );
  await received(socket, tooLarge);
  const small = JSON.stringify(good);
  socket.write(head(`Content-Length: ${small.length}`) + small);
  await received(socket, /HTTP\/1.1 202/);
  const endless = await dial(ingress.port);
  const closed = new Promise((resolve) => endless.on('close', resolve));
  endless.write(head('Transfer-Encoding: chunked'));
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const push = (): void => {
    while (!endless.destroyed && endless.write(chunk));
  };
  endless.on('drain', push);
  push();
  await closed;
});

test('a client that is asked to go on sends its body and is answered', async () => {
  const ingress = await started();
  const body = JSON.stringify(good);
  const socket = await dial(ingress.port);
  socket.write(head(`Content-Length: ${body.length}`, 'Expect: 100-continue'));
  await received(socket, /^HTTP\/1.1 100 Continue/);
  socket.write(body);
  await received(socket, /HTTP\/1.1 202/);
});

test('garbage and clients that go away cost nobody else anything', async () => {
  const ingress = await started();
  for (const garbage of [
    '\0\x01\x02\xff\r\n\r\n',
    'GET\r\n\r\n',
    head('Content-Length: x'),
    head('Content-Length: 100') + '{"to"',
  ]) {
    const socket = await dial(ingress.port);
    socket.write(garbage, 'latin1');
    socket.end();
    await once(socket.resume(), 'close');
  }
  expect((await ingress.send(good)).status).toBe(202);
  expect(ingress.app.output).not.toMatch(/"level":"(error|fatal)"/);
});
