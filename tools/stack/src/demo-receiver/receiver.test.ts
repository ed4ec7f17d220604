// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

import { describeReceived, LineLimit } from './describe-event.ts';
import { startReceiver, type Receiver } from './receiver.ts';

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver({ secret, keep: 3 });
});
afterEach(async () => {
  await receiver[Symbol.asyncDispose]();
});

const body = JSON.stringify({
  type: 'message.delivered',
  timestamp: '2026-01-02T00:00:00Z',
  data: { message: { id: '0123', to: '+447700987654', text: 'canary-text-5150' }, sequence: 5 },
});

const post = (path: string, text: string, headers: Record<string, string> = {}) =>
  fetch(receiver.url + path, { method: 'POST', body: text, headers });
const deliver = (by = secret, id = '0123-delivered') => {
  const at = new Date();
  return post('/hook', body, {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(by).sign(id, at, body),
  });
};
const received = async (query = '') => {
  const response = await fetch(`${receiver.url}/received${query}`);
  return (await response.json()) as { count: number; data: readonly { number: number }[] };
};

test('What is signed with the secret holds, and is told without its text and numbers.', async () => {
  expect((await deliver()).status).toBe(200);
  const { count, data } = await received();
  expect(count).toBe(1);
  expect(data).toMatchObject([
    {
      ...{ type: 'message.delivered', message_id: '0123', sequence: 5, signature: 'holds' },
      ...{ webhook_id: '0123-delivered', answered: 200 },
    },
  ]);
  const line = describeReceived(receiver.events[0]!);
  expect(line).toBe('message.delivered  0123  sequence 5  signature holds');
  expect(line + JSON.stringify(data)).not.toMatch(/canary|7700987654/);
});

test('What is signed with another secret, or not at all, fails and says why.', async () => {
  await deliver(`whsec_${Buffer.alloc(24, 8).toString('base64')}`);
  await post('/hook', 'no event');
  const [other, unsigned] = receiver.events;
  expect(other).toMatchObject({ signature: 'fails', reason: 'No matching signature found' });
  expect(unsigned).toMatchObject({
    type: '',
    signature: 'fails',
    reason: 'Missing required headers',
  });
  expect(describeReceived(unsigned!)).toMatch(/^something that is no event {2}signature FAILS: /);
});

test('It fails as it is told to, says so, and what is no manner changes nothing.', async () => {
  expect((await post('/control', '{"status":503,"delay_ms":1}')).status).toBe(200);
  expect((await deliver()).status).toBe(503);
  expect(describeReceived(receiver.events[0]!)).toContain('answered 503');
  for (const wrong of ['{"status":7}', '{"delay_ms":-1}', 'no'])
    expect((await post('/control', wrong)).status).toBe(400);
  expect((await deliver()).status).toBe(503);
  await post('/control', '{"status":204}');
  expect((await deliver()).status).toBe(204);
});

test('It remembers the last events only, counts all, and gives those after a number.', async () => {
  for (let i = 0; i < 5; i += 1) await deliver();
  const { count, data } = await received();
  expect(count).toBe(5);
  expect(data.map(({ number }) => number)).toEqual([3, 4, 5]);
  expect((await received('?after=4')).data).toHaveLength(1);
  await fetch(`${receiver.url}/received`, { method: 'DELETE' });
  expect(await received()).toEqual({ count: 5, data: [] });
});

test('A flood of events is shown in a few lines, and the rest is counted.', () => {
  const lines: string[] = [];
  const limit = new LineLimit(2, (line) => lines.push(line));
  for (const line of ['a', 'b', 'c', 'd']) limit.write(line, 1000);
  limit.write('e', 2000);
  expect(lines).toEqual(['a', 'b', 'and 2 more', 'e']);
});
