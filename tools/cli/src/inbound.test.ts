// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  InboundMessageServiceService,
  receivedToWire,
  type ListInboundMessagesRequest,
  type ReceivedMessage,
} from '@sendium/contracts';
import { RpcError, serve, serveGrpc, type GrpcServer } from '@sendium/grpc';

import { callCli } from './cli.fixture.ts';

const received = (id: string): ReceivedMessage => ({
  ...{ id, connector: 'sim', udh: new Uint8Array(0), encoding: 'gsm7', dataCoding: 0 },
  from: { ton: 1, npi: 1, value: '447700987654' },
  to: { ton: 0, npi: 1, value: '12345' },
  body: { kind: 'text', text: 'canary-text-5150' },
  ...{ protocolId: 0, segments: 2, segmentsMissing: 1, receivedAtMs: 0 },
});

let server: GrpcServer;
let asked: ListInboundMessagesRequest[];
beforeEach(async () => {
  asked = [];
  // As the tracker does: pages of what it has, 250 in all.
  const listInboundMessages = async (request: ListInboundMessagesRequest) => {
    asked.push(request);
    if (request.account === 'broken') throw new RpcError('unavailable', 'the store is away');
    const from = Number(request.cursor || 0);
    const to = Math.min(250, from + request.limit);
    const ids = Array.from({ length: to - from }, (_, i) => `m${from + i}`);
    const messages = ids.map((id) => receivedToWire(received(id)));
    return { messages, nextCursor: to === 250 ? '' : String(to) };
  };
  server = await serveGrpc(
    { listen: { host: '127.0.0.1', port: 0 }, onUnexpected: () => undefined },
    serve(InboundMessageServiceService, {
      listInboundMessages,
      getInboundMessage: async () => ({ message: undefined }),
    }),
  );
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

const list = (...args: readonly string[]) =>
  callCli(['inbound', 'list', ...args], {
    SENDIUM_TRACKER_URL: `http://127.0.0.1:${server.port}`,
  });

test('Unmatched messages are listed without texts and numbers, unless these are asked for.', async () => {
  const { code, out } = await list('--unmatched', '--limit', '2');
  expect(code).toBe(0);
  expect(asked).toEqual([{ account: '', limit: 2, cursor: '' }]);
  expect(out).toMatch(/^RECEIVED +ID +CONNECTOR +RULE +PARTS\n1970\S+ +m0 +sim +- +2, 1 missing\n/);
  expect(out).toContain('The newest 2; --limit N shows more.');
  expect(out).not.toMatch(/canary|7700987654|12345/);
  const shown = await list('--unmatched', '--limit', '1', '--show');
  expect(shown.out).toMatch(/\+447700987654 +12345 +"canary-text-5150"/);
});

test('As many pages are asked for as are needed, of the account that was named.', async () => {
  const { out } = await list('--account', 'demo', '--limit', '1000', '--json');
  const { data, has_more: hasMore } = JSON.parse(out) as { data: object[]; has_more: boolean };
  expect(data).toHaveLength(250);
  expect(hasMore).toBe(false);
  expect(asked.map(({ account, cursor }) => [account, cursor])).toEqual([
    ['demo', ''],
    ['demo', '200'],
  ]);
});

test('Whose messages are meant must be said, and a tracker that is away is told.', async () => {
  expect(await list()).toMatchObject({ code: 2 });
  expect(await list('--unmatched', '--account', 'demo')).toMatchObject({ code: 2 });
  const broken = await list('--account', 'broken');
  expect(broken).toMatchObject({ code: 1, err: expect.stringContaining('the store is away') });
});
