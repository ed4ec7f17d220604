// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { decideRoute, type PastAttempt } from './decide-route.ts';
import { compileRoutes } from './route-table.ts';

const table = compileRoutes([{ name: 'uk', match: { prefixes: ['44'] }, sendTo: ['a', 'b', 'c'] }]);
const to = (value: string) => ({ ton: 1, npi: 1, value });
const message = { account: 'shop', to: to('447700900123'), expiresAtMs: 1000 };
const decide = (history: readonly PastAttempt[], over: object = {}) =>
  decideRoute(table, { message: { ...message, ...over }, history, nowMs: 500 });

test.each<[string, readonly PastAttempt[], readonly string[]]>([
  ['a new message goes to the targets in order', [], ['a', 'b', 'c']],
  ['who declined is not asked again', [{ connector: 'a', verdict: 'next_target' }], ['b', 'c']],
  ['who said later keeps the message', [{ connector: 'b', verdict: 'retry' }], ['b', 'a', 'c']],
  [
    'who gave it back unsent may have it again',
    [{ connector: 'a', verdict: 'returned' }],
    ['a', 'b', 'c'],
  ],
  [
    'a later word counts over an earlier one',
    [
      { connector: 'a', verdict: 'retry' },
      { connector: 'a', verdict: 'next_target' },
    ],
    ['b', 'c'],
  ],
  [
    'a connector that left the route is not waited for',
    [{ connector: 'z', verdict: 'retry' }],
    ['a', 'b', 'c'],
  ],
])('%s', (_, history, targets) => {
  expect(decide(history)).toEqual({ kind: 'dispatch', route: 'uk', targets });
});

test('when all have declined, the message fails', () => {
  const history = ['a', 'b', 'c'].map((connector) => ({
    connector,
    verdict: 'next_target' as const,
  }));
  expect(decide(history)).toEqual({
    kind: 'conclude',
    conclusion: 'failed',
    code: 'no_target_left',
  });
});

test('without a route the message fails', () => {
  expect(decide([], { to: to('33612345678') })).toEqual({
    kind: 'conclude',
    conclusion: 'failed',
    code: 'no_route',
  });
});

test('a message with a time to come waits for it', () => {
  expect(decide([], { sendAtMs: 700 })).toEqual({ kind: 'wait', dueAtMs: 700 });
  expect(decide([], { sendAtMs: 500 }).kind).toBe('dispatch');
});

test('a message whose validity ended is not sent any more', () => {
  expect(decide([], { expiresAtMs: 500 })).toEqual({
    kind: 'conclude',
    conclusion: 'expired',
    code: 'message_expired',
  });
});
