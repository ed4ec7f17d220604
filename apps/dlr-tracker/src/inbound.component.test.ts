// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ReceivedMessage } from '@sendium/contracts';
import { createMessageId } from '@sendium/message';
import { eventually } from '@sendium/testkit';
import { startTracker, type TrackerUnderTest } from './tracker.fixture.ts';

let tracker: TrackerUnderTest;
beforeEach(async () => {
  tracker = await startTracker({ SENDIUM_TRACKER_RETENTION: '1h' });
});
afterEach(async () => tracker[Symbol.asyncDispose]());

const unmatched = (ageMs: number): ReceivedMessage => ({
  id: createMessageId(Date.now() - ageMs, new Uint8Array(10)),
  connector: 'first',
  from: { ton: 1, npi: 1, value: '447700900123' },
  to: { ton: 0, npi: 1, value: '12345' },
  body: { kind: 'text', text: 'Hello' },
  ...{ udh: new Uint8Array(0), encoding: 'gsm7', dataCoding: 0, protocolId: 0 },
  ...{ segments: 1, segmentsMissing: 0, receivedAtMs: Date.now() - ageMs },
});
const received = (ageMs: number): ReceivedMessage => ({
  ...unmatched(ageMs),
  ...{ account: 'demo', rule: 'shortcode' },
});

const tell = (...messages: readonly ReceivedMessage[]): Promise<void> =>
  tracker.tell(
    'carrier',
    ...messages.map((message) => ({
      ...{ kind: 'received' as const, atMs: message.receivedAtMs, received: message },
    })),
  );
const list = async (account: string, limit = 10, cursor = '') => {
  const answer = await tracker.inbound.listInboundMessages({ account, limit, cursor });
  return { ids: answer.messages.map(({ id }) => id), nextCursor: answer.nextCursor };
};

test('what came in is told to its account, the newest first, also after kill -9', async () => {
  const [old, middle, young] = [received(3000), received(2000), received(1000)];
  await tell(middle, young, old, middle);
  await eventually(async () =>
    expect((await list('demo')).ids).toEqual([young.id, middle.id, old.id]),
  );
  await tracker.replace();
  const first = await eventually(() => list('demo', 2));
  expect(first.ids).toEqual([young.id, middle.id]);
  expect(await list('demo', 2, first.nextCursor)).toEqual({ ids: [old.id], nextCursor: '' });
  const { message } = await tracker.inbound.getInboundMessage({ account: 'demo', id: old.id });
  expect(message).toMatchObject({ id: old.id, body: { $case: 'text', value: 'Hello' } });
  const foreign = tracker.inbound.getInboundMessage({ account: 'other', id: old.id });
  await expect(foreign).rejects.toMatchObject({ status: 'not_found' });
  await expect(list('demo', 2, 'nonsense')).rejects.toMatchObject({ status: 'invalid_argument' });
});

test('what no rule gave to anyone is listed as such, until a rule does', async () => {
  const nobodys = unmatched(1000);
  await tell(nobodys);
  await eventually(async () => expect((await list('')).ids).toEqual([nobodys.id]));
  await tell({ ...nobodys, account: 'demo', rule: 'late' });
  await eventually(async () => expect((await list('demo')).ids).toEqual([nobodys.id]));
  expect((await list('')).ids).toEqual([]);
});

test('what came in is forgotten when its time is over', async () => {
  const [old, young] = [received(7_200_000), received(1000)];
  await tell(old, young);
  await eventually(async () => expect((await list('demo')).ids).toEqual([young.id]));
});
