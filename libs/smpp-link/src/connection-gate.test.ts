// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { ConnectionGate } from './connection-gate.ts';
import { FakeClock } from './fake-clock.fixture.ts';

/** Lets many in; gives the names of those that were closed since, in order. */
function visitors(gate: ConnectionGate) {
  const closed: string[] = [];
  const enter = (address: string, name = address) => gate.enter(address, () => closed.push(name));
  return { closed, enter };
}

test('the connection above the limit of its address closes the oldest unbound one of that address', () => {
  const gate = new ConnectionGate({ maxUnboundPerAddress: 2 }, new FakeClock());
  const { closed, enter } = visitors(gate);
  enter('10.0.0.2', 'other');
  for (const name of ['a', 'b', 'c', 'd']) enter('10.0.0.1', name);
  expect(closed).toEqual(['a', 'b']);
  expect(gate.unbound).toBe(3);
});

test('the connection above the limit of all closes the oldest unbound one of all', () => {
  const gate = new ConnectionGate({ maxUnbound: 3 }, new FakeClock());
  const { closed, enter } = visitors(gate);
  for (const n of [1, 2, 3, 4, 5]) enter(`10.0.0.${n}`);
  expect(closed).toEqual(['10.0.0.1', '10.0.0.2']);
  expect(gate.unbound).toBe(3);
});

test('by default 100 of an address and 1,000 in all may be unbound', () => {
  const gate = new ConnectionGate({}, new FakeClock());
  const { closed, enter } = visitors(gate);
  for (let n = 0; n < 101; n++) enter('10.0.0.1', `one-${n}`);
  expect(closed).toEqual(['one-0']);
  for (let n = 0; n < 900; n++) enter(`10.1.${n >> 8}.${n & 255}`);
  expect(closed).toEqual(['one-0']);
  enter('10.2.0.0');
  expect(closed).toEqual(['one-0', 'one-1']);
});

test('who is bound or has left makes room, is never closed, and leaves nothing behind', () => {
  const gate = new ConnectionGate({ maxUnboundPerAddress: 2 }, new FakeClock());
  const { closed, enter } = visitors(gate);
  const bound = enter('10.0.0.1', 'bound');
  bound?.bound();
  bound?.bound();
  const left = enter('10.0.0.1', 'left');
  left?.left();
  const later = [enter('10.0.0.1', 'c'), enter('10.0.0.1', 'd')];
  expect(closed).toEqual([]);
  for (const one of later) one?.left();
  bound?.left();
  expect([gate.unbound, gate.addresses]).toEqual([0, 0]);
});

test('twenty failed binds within a minute close an address to new connections for a minute', async () => {
  const clock = new FakeClock();
  const gate = new ConnectionGate({}, clock);
  const { closed, enter } = visitors(gate);
  const standing = enter('10.0.0.1');
  for (let n = 0; n < 19; n++) standing?.bindFailed();
  expect(gate.isBlocked('10.0.0.1')).toBe(false);
  standing?.bindFailed();
  expect(enter('10.0.0.1')).toBeUndefined();
  expect(enter('10.0.0.2')).toBeDefined();
  expect(closed).toEqual([]);
  await clock.advance(59_999);
  expect(enter('10.0.0.1')).toBeUndefined();
  await clock.advance(1);
  expect(enter('10.0.0.1')).toBeDefined();
});

test('failed binds of more than a minute ago do not count', async () => {
  const clock = new FakeClock();
  const gate = new ConnectionGate({}, clock);
  const { enter } = visitors(gate);
  const one = enter('10.0.0.1');
  for (let n = 0; n < 19; n++) one?.bindFailed();
  await clock.advance(60_000);
  for (let n = 0; n < 19; n++) one?.bindFailed();
  expect(gate.isBlocked('10.0.0.1')).toBe(false);
});

test('addresses that came once, or failed long ago, are forgotten', async () => {
  const clock = new FakeClock();
  const gate = new ConnectionGate({}, clock);
  const { enter } = visitors(gate);
  for (let n = 0; n < 5_000; n++) {
    const one = enter(`10.${n >> 8}.${n & 255}.1`);
    one?.bindFailed();
    one?.left();
  }
  expect(gate.addresses).toBe(5_000);
  await clock.advance(60_001);
  enter('10.0.0.1')?.left();
  expect(gate.addresses).toBe(0);
});
