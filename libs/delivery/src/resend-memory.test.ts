// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { ResendMemory } from './resend-memory.ts';

const session = { name: 'one' };
const other = { name: 'two' };
/** When the doubt of the start is over. */
const certainMs = 60_000;

function certain(maxDeliveries?: number): ResendMemory {
  return new ResendMemory(0, maxDeliveries === undefined ? {} : { maxDeliveries });
}

test('the same words twice over a link that stands are two', () => {
  const memory = certain();
  const first = memory.begin('a', session, certainMs);
  first.taken();
  const second = memory.begin('a', session, certainMs + 5);
  expect([first.mayBeResent(), second.mayBeResent()]).toEqual([false, false]);
});

test('at once, before the first is answered, they are two as well', () => {
  const memory = certain();
  memory.begin('a', session, certainMs);
  expect(memory.begin('a', session, certainMs + 999).mayBeResent()).toBe(false);
});

test('when the first has waited for its answer for long, the second may be the same', () => {
  const memory = certain();
  memory.begin('a', session, certainMs);
  expect(memory.begin('a', session, certainMs + 1_000).mayBeResent()).toBe(true);
});

test('what was refused is expected to come again, other content is not', () => {
  const memory = certain();
  memory.begin('a', session, certainMs).refused();
  expect(memory.begin('b', session, certainMs + 5).mayBeResent()).toBe(false);
  expect(memory.begin('a', session, certainMs + 5).mayBeResent()).toBe(true);
});

test('an answer on a session that was lost since may not have been seen', () => {
  const memory = certain();
  memory.begin('a', session, certainMs).taken();
  memory.begin('b', other, certainMs).taken();
  memory.ended(session, false, certainMs + 10);
  expect(memory.begin('a', other, certainMs + 20).mayBeResent()).toBe(true);
  expect(memory.begin('b', other, certainMs + 20).mayBeResent()).toBe(false);
});

test('an answer that comes after the loss is not seen either', () => {
  const memory = certain();
  const first = memory.begin('a', session, certainMs);
  memory.ended(session, false, certainMs + 10);
  first.taken();
  expect(memory.begin('a', other, certainMs + 20).mayBeResent()).toBe(true);
});

test('one unseen answer excuses one repetition: the next is another SMS', () => {
  const memory = certain();
  memory.begin('a', session, certainMs).taken();
  memory.ended(session, false, certainMs + 10);
  const again = memory.begin('a', other, certainMs + 20);
  expect(again.mayBeResent()).toBe(true);
  again.taken();
  expect(memory.begin('a', other, certainMs + 30).mayBeResent()).toBe(false);
});

test('while the same content stands on another session, a loss of that may be noticed late', () => {
  const memory = certain();
  memory.begin('a', session, certainMs).taken();
  expect(memory.begin('b', other, certainMs + 5).isUndecided).toBe(false);
  expect(memory.begin('a', session, certainMs + 5).isUndecided).toBe(false);
  const again = memory.begin('a', other, certainMs + 10);
  expect(again.isUndecided).toBe(true);
  memory.ended(session, false, certainMs + 20);
  expect(again.mayBeResent()).toBe(true);
});

test('repetitions of repetitions are each excused by the one before, in whichever order they are decided', () => {
  const memory = certain();
  memory.begin('a', session, certainMs).taken();
  const second = memory.begin('a', other, certainMs + 5);
  memory.ended(session, false, certainMs + 10);
  memory.ended(other, false, certainMs + 20);
  const third = memory.begin('a', { name: 'three' }, certainMs + 60);
  expect([third.mayBeResent(), second.mayBeResent()]).toEqual([true, true]);
});

test('a session that unbound in order leaves only what was never answered in doubt', () => {
  const memory = certain();
  memory.begin('a', session, certainMs).taken();
  memory.begin('b', session, certainMs);
  memory.ended(session, true, certainMs + 10);
  expect(memory.begin('a', other, certainMs + 20).mayBeResent()).toBe(false);
  expect(memory.begin('b', other, certainMs + 20).mayBeResent()).toBe(true);
});

test('for a minute after the start the first of each content is in doubt, and no more than the first', () => {
  const memory = new ResendMemory(0);
  const first = memory.begin('a', session, 59_000);
  first.taken();
  expect(first.mayBeResent()).toBe(true);
  expect(memory.begin('a', session, 59_500).mayBeResent()).toBe(false);
  expect(memory.begin('b', session, 60_000).mayBeResent()).toBe(false);
});

test('a doubt that comes later holds for what was known before it, too', () => {
  const memory = certain();
  memory.begin('a', session, certainMs).taken();
  memory.doubt(certainMs + 10);
  expect(memory.begin('a', session, certainMs + 20).mayBeResent()).toBe(true);
});

test('after a minute nothing of a delivery is left', () => {
  const memory = certain();
  memory.begin('a', session, certainMs).refused();
  expect(memory.begin('a', session, certainMs + 60_000).mayBeResent()).toBe(false);
  expect(memory.size).toBe(1);
});

test('it is bounded, and a loss after something was forgotten puts everything in doubt', () => {
  const memory = certain(2);
  for (const content of ['a', 'b', 'c']) memory.begin(content, session, certainMs).taken();
  expect(memory.size).toBe(2);
  expect(memory.begin('a', session, certainMs + 5).mayBeResent()).toBe(false);
  memory.ended(other, false, certainMs + 10);
  expect(memory.begin('d', session, certainMs + 20).mayBeResent()).toBe(true);
});
