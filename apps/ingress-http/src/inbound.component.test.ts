// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ReceivedMessage } from '@sendium/contracts';
import { createMessageId } from '@sendium/message';
import { inboundMessageResponse, inboundMessagesResponse } from './response-schema.ts';
import { otherKey, startIngress, type RunningIngress } from './start-ingress.fixture.ts';

let ingress: RunningIngress;
beforeAll(async () => {
  ingress = await startIngress();
});
afterAll(async () => ingress[Symbol.asyncDispose]());

const received = (n: number, over: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  id: createMessageId(1_800_000_000_000 + n * 1000, new Uint8Array(10)),
  ...{ connector: 'sim', account: 'demo', rule: 'shortcode' },
  from: { ton: 1, npi: 1, value: '447700900123' },
  to: { ton: 0, npi: 1, value: '12345' },
  body: { kind: 'text', text: `Text ${n}` },
  ...{ udh: new Uint8Array(0), encoding: 'gsm7', dataCoding: 0, protocolId: 0 },
  ...{ segments: 1, segmentsMissing: 0, receivedAtMs: 1_800_000_000_000 + n * 1000 },
  ...over,
});
const path = '/v1/inbound_messages';

test('inbound messages are listed page by page, the newest first, to their account only', async () => {
  const messages = [3, 2, 1].map((n) => received(n));
  ingress.tracker.inbound.splice(0, 99, ...messages, received(0, { account: 'other' }));
  const first = await ingress.request('GET', `${path}?limit=2`);
  expect(first.status).toBe(200);
  const page = inboundMessagesResponse.parse(await first.json());
  expect(page.data.map(({ text }) => text)).toEqual(['Text 3', 'Text 2']);
  expect(first.headers.get('link')).toBe(
    `<${path}?limit=2&cursor=${page.next_cursor}>; rel="next"`,
  );
  const second = await ingress.request('GET', `${path}?limit=2&cursor=${page.next_cursor}`);
  expect(second.headers.get('link')).toBeNull();
  const rest = inboundMessagesResponse.parse(await second.json());
  expect(rest).toMatchObject({ data: [{ text: 'Text 1' }], next_cursor: null });
  const headers = { authorization: `Bearer ${otherKey}` };
  const foreign = await ingress.request('GET', path, { headers });
  expect(await foreign.json()).toMatchObject({ data: [{ text: 'Text 0' }] });
});

test('an inbound message is shown with its sender in E.164 and its recipient as given', async () => {
  const text = received(1);
  const body = { kind: 'binary' as const, octets: Uint8Array.of(1, 2) };
  const binary = received(2, {
    body,
    udh: Uint8Array.of(2, 5, 0),
    encoding: 'binary',
    dataCoding: 4,
  });
  ingress.tracker.inbound.splice(0, 99, text, binary);
  const shown = async (id: string): Promise<unknown> => {
    const response = await ingress.request('GET', `${path}/${id}`);
    return inboundMessageResponse.parse(await response.json());
  };
  expect(await shown(text.id)).toMatchObject({
    ...{ id: text.id, direction: 'inbound', from: '+447700900123', to: '12345', text: 'Text 1' },
    ...{ binary: null, status: 'received', final: true, connector: 'sim' },
    received_at: '2027-01-15T08:00:01.000Z',
  });
  expect(await shown(binary.id)).toMatchObject({
    text: null,
    binary: { data: 'AQI=', udh: 'AgUA', data_coding: 4, protocol_id: 0 },
  });
});

test.each([
  ['limit=0', '#/limit', 'invalid_value'],
  ['limit=201', '#/limit', 'invalid_value'],
  ['limit=ten', '#/limit', 'invalid_value'],
  ['limit=1&limit=2', '#/limit', 'invalid_value'],
  ['cursor=nonsense', '#/cursor', 'invalid_value'],
  ['from=447700900123', '#/from', 'unknown_field'],
])('the question %s is refused, and says what is wrong', async (query, pointer, code) => {
  const response = await ingress.request('GET', `${path}?${query}`);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ code, errors: [{ pointer, code }] });
});

test('an unknown inbound message, a missing key and another method are refused', async () => {
  const none = createMessageId(1, new Uint8Array(10));
  expect((await ingress.request('GET', `${path}/${none}`)).status).toBe(404);
  expect((await fetch(`${ingress.url}${path}`)).status).toBe(401);
  const posted = await ingress.request('POST', path);
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});
