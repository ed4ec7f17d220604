// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import {
  encodingToWire,
  messageToWire,
  type MessageRecord,
  type TimelineEvent,
} from '@sendium/contracts';
import { eventsResponse, messageResponse, problemResponse } from './response-schema.ts';
import { startIngress, type RunningIngress } from './start-ingress.fixture.ts';

let ingress: RunningIngress;
beforeAll(async () => {
  ingress = await startIngress();
});
afterAll(async () => {
  await ingress[Symbol.asyncDispose]();
});

const codeOf = async (response: Response): Promise<string> =>
  problemResponse.parse(await response.json()).code;

const message = sampleMessage({ clientReference: 'order-42' });
const record: MessageRecord = {
  message: messageToWire(message),
  status: 'rejected',
  final: true,
  segments: 2,
  segmentsDelivered: 0,
  encoding: encodingToWire('ucs2'),
  sentAt: new Date(1_800_000_000_000),
  completedAt: new Date(1_800_000_001_000),
  error: {
    code: 'carrier_rejected',
    smppStatus: 11,
    receiptError: '027',
    networkErrorType: 3,
    networkErrorCode: 27,
  },
};
const nothing = {
  connector: '',
  carrierMessageId: '',
  stat: '',
  err: '',
  route: '',
  code: '',
  attempt: 0,
  part: 0,
  smppStatus: undefined,
  ...{ way: '', endpoint: '', status: '' },
};
const events: TimelineEvent[] = [
  { ...nothing, type: 'accepted', at: new Date(1_800_000_000_000) },
  {
    ...nothing,
    type: 'submitted',
    at: new Date(1_800_000_000_500),
    connector: 'sim',
    part: 1,
    smppStatus: 0,
    carrierMessageId: 'C1',
  },
  {
    ...nothing,
    type: 'receipt',
    at: new Date(1_800_000_001_000),
    connector: 'sim',
    part: 1,
    stat: 'REJECTD',
    err: '027',
  },
];

test('a message is shown as the tracker knows it, by either way of writing its id', async () => {
  ingress.tracker.records.set(`demo ${message.id}`, record);
  const hyphens = message.id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-').toUpperCase();
  for (const id of [message.id, hyphens]) {
    const response = await ingress.request('GET', `/v1/messages/${id}`);
    expect(response.status).toBe(200);
    expect(messageResponse.parse(await response.json())).toMatchObject({
      id: message.id,
      status: 'rejected',
      final: true,
      segments: 2,
      encoding: 'ucs2',
      text: 'Hello',
      client_reference: 'order-42',
      sent_at: '2027-01-15T08:00:00.000Z',
      error: {
        code: 'carrier_rejected',
        permanent: true,
        smpp_status: '0x0000000B',
        receipt_error: '027',
        network_error: { type: 'gsm', code: 27 },
      },
    });
  }
});

test('a timeline is shown in order, with the fields that apply', async () => {
  ingress.tracker.events.set(`demo ${message.id}`, events);
  const response = await ingress.request('GET', `/v1/messages/${message.id}/events`);
  expect(eventsResponse.parse(await response.json())).toEqual({
    data: [
      { type: 'accepted', at: '2027-01-15T08:00:00.000Z' },
      {
        type: 'submitted',
        at: '2027-01-15T08:00:00.500Z',
        attempt: 0,
        part: 1,
        connector: 'sim',
        carrier_message_id: 'C1',
        smpp_status: '0x00000000',
      },
      {
        type: 'receipt',
        at: '2027-01-15T08:00:01.000Z',
        attempt: 0,
        part: 1,
        connector: 'sim',
        stat: 'REJECTD',
        err: '027',
      },
    ],
  });
});

test("another account's message and one that never was are not found", async () => {
  const foreign = sampleMessage({ account: 'other' });
  ingress.tracker.records.set(`other ${foreign.id}`, {
    ...record,
    message: messageToWire(foreign),
  });
  for (const id of [foreign.id, sampleMessage().id, 'x', '0'.repeat(32)]) {
    for (const path of [`/v1/messages/${id}`, `/v1/messages/${id}/events`]) {
      const response = await ingress.request('GET', path);
      expect([response.status, await codeOf(response)]).toEqual([404, 'not_found']);
    }
  }
});

test('a message that the tracker has not heard of yet is accepted, not unknown', async () => {
  const sent = await ingress.send({ to: '+447700900123', text: 'young' });
  const { id } = messageResponse.parse(await sent.json());
  const asked = await ingress.request('GET', `/v1/messages/${id}`);
  expect(messageResponse.parse(await asked.json())).toMatchObject({
    id,
    status: 'accepted',
    text: 'young',
  });
  const timeline = await ingress.request('GET', `/v1/messages/${id}/events`);
  expect(eventsResponse.parse(await timeline.json()).data.map(({ type }) => type)).toEqual([
    'accepted',
  ]);
});

test('while the tracker is behind no message is denied, and those accepted here are known', async () => {
  ingress.tracker.isBehind = true;
  const sent = await ingress.send({ to: '+447700900123', text: 'young' });
  const { id } = messageResponse.parse(await sent.json());
  expect((await ingress.request('GET', `/v1/messages/${id}`)).status).toBe(200);
  const other = await ingress.request('GET', `/v1/messages/${id.replace(/...$/, '000')}`);
  expect(other.headers.get('retry-after')).toBe('1');
  expect([other.status, await codeOf(other)]).toEqual([503, 'unavailable']);
  ingress.tracker.isBehind = false;
});

test('HEAD is answered like GET, without a body', async () => {
  const response = await ingress.request('HEAD', '/openapi.json');
  expect([response.status, await response.text()]).toEqual([200, '']);
});

test('without the tracker questions are answered with 503, and sending goes on', async () => {
  await ingress.stopTracker();
  const response = await ingress.request('GET', `/v1/messages/${message.id}`);
  expect(response.headers.get('retry-after')).toBe('1');
  expect([response.status, await codeOf(response)]).toEqual([503, 'unavailable']);
  expect((await ingress.send({ to: '+447700900123', text: 'x' })).status).toBe(202);
});
