// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import type { Answer } from './answer.ts';
import { PendingRequests } from './pending-requests.ts';

const request = (deadlineMs = 1, ordinal = 1, settle: (answer: Answer) => void = () => undefined) =>
  ({ response: 'submit_sm_resp', deadlineMs, ordinal, settle }) as const;

test('sequence numbers begin at 1 and go round after 0x7FFFFFFF', () => {
  const pending = new PendingRequests();
  expect([pending.nextSequenceNumber(), pending.nextSequenceNumber()]).toEqual([1, 2]);
  const late = new PendingRequests(0x7fff_fffd);
  const numbers = Array.from({ length: 4 }, () => late.nextSequenceNumber());
  expect(numbers).toEqual([0x7fff_fffe, 0x7fff_ffff, 1, 2]);
});

test('after the round, numbers still in flight are passed over', () => {
  const pending = new PendingRequests(0x7fff_fffe);
  for (const inFlight of [0x7fff_ffff, 1, 2, 4]) pending.add(inFlight, request());
  expect([pending.nextSequenceNumber(), pending.nextSequenceNumber()]).toEqual([3, 5]);
});

test('requests time out in the order they were sent, also across the round', () => {
  const pending = new PendingRequests();
  const ended: number[] = [];
  for (const [index, sequenceNumber] of [0x7fff_ffff, 1, 2].entries()) {
    pending.add(
      sequenceNumber,
      request(100 + index, 1, () => ended.push(sequenceNumber)),
    );
  }
  expect(pending.nextDeadlineMs).toBe(100);
  pending.expire(99);
  expect(ended).toEqual([]);
  pending.expire(101);
  expect(ended).toEqual([0x7fff_ffff, 1]);
  expect(pending.nextDeadlineMs).toBe(102);
  pending.expire(102);
  expect(pending.nextDeadlineMs).toBe(Infinity);
});

test('at the end, what was written is lost and the rest unsent', () => {
  const pending = new PendingRequests();
  const kinds: string[] = [];
  for (const ordinal of [1, 2, 3]) {
    pending.add(
      ordinal,
      request(1, ordinal, ({ kind }) => kinds.push(kind)),
    );
  }
  pending.settleAll(2);
  pending.settleAll(3);
  expect(kinds).toEqual(['lost', 'lost', 'unsent']);
  expect(pending.size).toBe(0);
});
