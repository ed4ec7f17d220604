// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { Client, credentials } from '@grpc/grpc-js';
import { afterEach, expect, test } from '@jest/globals';
import { service as healthService } from 'grpc-health-check';
import { MessageServiceService } from '@sendium/contracts';
import { connectGrpc, type GrpcClient } from './connect-grpc.ts';
import { RpcError, type RpcStatus } from './rpc-error.ts';
import { serve, serveGrpc, type CallContext, type GrpcServer } from './serve-grpc.ts';

type Answer = (id: string, call: CallContext) => Promise<void>;
type MessageCalls = GrpcClient<typeof MessageServiceService>['calls'];

const owned: AsyncDisposable[] = [];
afterEach(async () => {
  for (const resource of owned.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

const unexpected: unknown[] = [];

async function served(answer: Answer, port = 0): Promise<GrpcServer> {
  const server = await serveGrpc(
    {
      listen: { host: '127.0.0.1', port },
      onUnexpected: (error, method) => unexpected.push([method, error]),
    },
    serve(MessageServiceService, {
      getMessage: async ({ id }, call) => {
        await answer(id, call);
        return { record: undefined };
      },
      findMessages: () => Promise.resolve({ records: [] }),
      listMessageEvents: async () => ({ events: [] }),
    }),
  );
  owned.push(server);
  return server;
}

function connected(port: number, deadlineMs = 5000): MessageCalls {
  const client = connectGrpc(MessageServiceService, {
    url: `http://127.0.0.1:${port}`,
    deadlineMs,
  });
  owned.push(client);
  return client.calls;
}

const ask = { account: 'demo', id: 'x' };

const failureOf = async (call: Promise<unknown>): Promise<RpcError> =>
  call.then(
    () => {
      throw new Error('the call ended well');
    },
    (error: unknown) => error as RpcError,
  );

test('a call reaches its handler and brings the answer back', async () => {
  const seen: string[] = [];
  const { port } = await served(async (id) => void seen.push(id));
  const calls = connected(port);
  await expect(calls.getMessage(ask)).resolves.toEqual({ record: undefined });
  await expect(calls.listMessageEvents(ask)).resolves.toEqual({ events: [] });
  expect(seen).toEqual(['x']);
});

test.each<RpcStatus>([
  ...(['cancelled', 'invalid_argument', 'not_found', 'permission_denied'] as const),
  ...(['resource_exhausted', 'failed_precondition', 'unavailable', 'unauthenticated'] as const),
  ...(['already_exists', 'aborted', 'out_of_range', 'unimplemented', 'data_loss'] as const),
])('the status %s of a handler arrives as it was thrown', async (status) => {
  const { port } = await served(() => Promise.reject(new RpcError(status, 'said so')));
  const failure = await failureOf(connected(port).getMessage(ask));
  expect([failure.name, failure.status]).toEqual(['RpcError', status]);
  expect(failure.message).toBe('/sendium.v1.MessageService/GetMessage: said so');
});

test('a bug in a handler is told to the operator, and to the caller only that it happened', async () => {
  unexpected.length = 0;
  const { port } = await served(() => Promise.reject(new TypeError('password=hush')));
  const failure = await failureOf(connected(port).getMessage(ask));
  expect(failure.status).toBe('internal');
  expect(JSON.stringify([failure.message, failure.cause])).not.toContain('hush');
  expect(unexpected).toEqual([
    ['/sendium.v1.MessageService/GetMessage', new TypeError('password=hush')],
  ]);
});

test('no call waits longer than its deadline, and the handler learns that it has passed', async () => {
  let remainingMs = Infinity;
  let hasGone: (() => void) | undefined;
  const gone = new Promise<void>((resolve) => (hasGone = resolve));
  const { port } = await served(async (_, call) => {
    remainingMs = call.remainingMs();
    await new Promise<void>((resolve) => call.signal.addEventListener('abort', () => resolve()));
    hasGone?.();
  });
  const failure = await failureOf(connected(port).getMessage(ask, { deadlineMs: 200 }));
  expect([failure.status, failure.isRetryable]).toEqual(['deadline_exceeded', true]);
  expect(remainingMs).toBeLessThanOrEqual(200);
  await gone;
});

test('a call may be given up', async () => {
  const controller = new AbortController();
  const { port } = await served(async (_, call) => {
    controller.abort();
    await new Promise<void>((resolve) => call.signal.addEventListener('abort', () => resolve()));
  });
  const failure = await failureOf(connected(port).getMessage(ask, { signal: controller.signal }));
  expect(failure.status).toBe('cancelled');
});

test('a server that is away is told at once, and used again when it is back', async () => {
  const first = await served(() => Promise.resolve());
  const calls = connected(first.port);
  await calls.getMessage(ask);
  await first[Symbol.asyncDispose]();
  expect((await failureOf(calls.getMessage(ask))).status).toBe('unavailable');
  await served(() => Promise.resolve(), first.port);
  const untilBack = async (): Promise<unknown> =>
    calls.getMessage(ask).catch((error: unknown) => {
      if (error instanceof RpcError && error.isRetryable) return untilBack();
      throw error;
    });
  await expect(untilBack()).resolves.toEqual({ record: undefined });
});

test('a server that stops lets running calls end and takes no new ones', async () => {
  let finish: (() => void) | undefined;
  let hasBegun: (() => void) | undefined;
  const begun = new Promise<void>((resolve) => (hasBegun = resolve));
  const server = await served(async () => {
    hasBegun?.();
    await new Promise<void>((resolve) => (finish = resolve));
  });
  const running = connected(server.port).getMessage(ask);
  await begun;
  const stopped = server[Symbol.asyncDispose]();
  expect((await failureOf(connected(server.port).getMessage(ask))).status).toBe('unavailable');
  finish?.();
  await expect(running).resolves.toEqual({ record: undefined });
  await stopped;
});

test('the health service tells for each service whether it serves', async () => {
  const server = await served(() => Promise.resolve());
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure());
  owned.push({ [Symbol.asyncDispose]: async () => client.close() });
  const check = async (service: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const { path, requestSerialize, responseDeserialize } = healthService['Check']!;
      client.makeUnaryRequest(
        ...([path, requestSerialize, responseDeserialize, { service }] as const),
        (error, answer) => (error === null ? resolve(answer) : reject(error)),
      );
    });
  expect(await check('')).toEqual({ status: 'SERVING' });
  expect(await check('sendium.v1.MessageService')).toEqual({ status: 'SERVING' });
  server.setServing(false);
  expect(await check('sendium.v1.MessageService')).toEqual({ status: 'NOT_SERVING' });
  await expect(check('other')).rejects.toThrow('NOT_FOUND');
});

test('a URL of another kind is refused when the client is made', () => {
  expect(() => connectGrpc(MessageServiceService, { url: 'ftp://x' })).toThrow(RangeError);
});
