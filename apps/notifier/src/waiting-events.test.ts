// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { WaitingEvents } from './waiting-events.ts';

const event = (sequence: number, messageId: string | undefined = 'a') => ({ messageId, sequence });

test('a later event of a message goes behind an earlier one that waits, and no other does', () => {
  const waiting = new WaitingEvents(10).lane();
  waiting.add(event(3), 1000);
  expect(waiting.blockedUntilMs(event(6), 0)).toBe(1001);
  expect(waiting.blockedUntilMs(event(3), 0)).toBeUndefined();
  expect(waiting.blockedUntilMs(event(2), 0)).toBeUndefined();
  expect(waiting.blockedUntilMs(event(6, 'b'), 0)).toBeUndefined();
  expect(waiting.blockedUntilMs({ messageId: undefined, sequence: 9 }, 0)).toBeUndefined();
  waiting.remove(event(3));
  expect(waiting.blockedUntilMs(event(6), 0)).toBeUndefined();
});

test('behind two that wait it goes behind the later one', () => {
  const waiting = new WaitingEvents(10).lane();
  waiting.add(event(3), 5000);
  waiting.add(event(4), 1000);
  expect(waiting.blockedUntilMs(event(6), 0)).toBe(5001);
});

test('what is due now is about to come; what was due long ago went to another process', () => {
  const waiting = new WaitingEvents(10).lane();
  waiting.add(event(3), 1000);
  expect(waiting.blockedUntilMs(event(6), 2000)).toBe(3000);
  expect(waiting.blockedUntilMs(event(6), 31_001)).toBeUndefined();
});

test('what is remembered is bounded: the oldest is forgotten', () => {
  const all = new WaitingEvents(2);
  const waiting = all.lane();
  for (const id of ['a', 'b', 'c']) waiting.add(event(3, id), 1000);
  expect(all.size).toBe(2);
  expect(waiting.blockedUntilMs(event(6, 'a'), 0)).toBeUndefined();
  expect(waiting.blockedUntilMs(event(6, 'c'), 0)).toBe(1001);
});

test('each endpoint has an order of its own', () => {
  const all = new WaitingEvents(10);
  const [one, other] = [all.lane(), all.lane()];
  one.add(event(3), 1000);
  expect(other.blockedUntilMs(event(6), 0)).toBeUndefined();
  other.remove(event(3));
  expect(one.blockedUntilMs(event(6), 0)).toBe(1001);
  one.remove(event(3));
  expect(all.size).toBe(0);
});
