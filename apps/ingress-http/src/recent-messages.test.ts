// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import { MessageIds } from '@sendium/message';
import { randomFillSync } from 'node:crypto';
import { RecentMessages } from './recent-messages.ts';

test('remembers the last messages, each for its own account', () => {
  const recent = new RecentMessages({ messages: 3, bytes: 1e6 });
  const messages = Array.from({ length: 5 }, () => sampleMessage());
  for (const message of messages) recent.add(message);
  const found = messages.map(({ id }) => recent.find('demo', id)?.id);
  expect(found).toEqual([undefined, undefined, ...messages.slice(2).map(({ id }) => id)]);
  expect(recent.find('other', messages[4]!.id)).toBeUndefined();
});

test('large messages are fewer: their octets are bounded, too', () => {
  const recent = new RecentMessages({ messages: 1000, bytes: 100_000 });
  const messages = Array.from({ length: 50 }, () =>
    sampleMessage({ metadata: { k: 'x'.repeat(9000) } }),
  );
  for (const message of messages) recent.add(message);
  const found = messages.filter(({ id }) => recent.find('demo', id) !== undefined);
  expect(found).toEqual(messages.slice(-3));
  const small = sampleMessage();
  recent.add(small);
  expect(recent.find('demo', small.id)).toBe(small);
});

test('ids from the pool are all different, also when the pool is filled again', () => {
  const ids = new MessageIds(randomFillSync);
  const made = new Set(Array.from({ length: 5000 }, () => ids.next(1_700_000_000_000)));
  expect(made.size).toBe(5000);
});
