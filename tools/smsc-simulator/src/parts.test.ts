// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { Agenda } from './agenda.ts';
import { MessageRing } from './message-ring.ts';
import { RateMeter } from './rate-meter.ts';
import { createRandom } from './random.ts';

test('the agenda runs what is due in order of time, then of entry', async () => {
  const agenda = new Agenda();
  const ran: number[] = [];
  const end = new EventTarget();
  const now = agenda.now();
  [5, 1, 3, 1, 4].forEach((ms, index) => agenda.at(now + ms, () => ran.push(ms * 10 + index)));
  const ended = once(end as never, 'end');
  agenda.at(now + 6, () => end.dispatchEvent(new Event('end')));
  await ended;
  expect(ran).toEqual([11, 13, 32, 44, 50]);
});

test('a cleared agenda runs nothing of before', async () => {
  const agenda = new Agenda();
  const ran: string[] = [];
  agenda.at(agenda.now(), () => ran.push('before'));
  agenda.clear();
  await new Promise<void>((resolve) => agenda.at(agenda.now() + 2, resolve));
  expect(ran).toEqual([]);
});

test('the rate meter counts the trailing second and remembers its highest', () => {
  const meter = new RateMeter();
  for (let n = 0; n < 30; n += 1) meter.add(10_000);
  for (let n = 0; n < 20; n += 1) meter.add(10_900);
  expect(meter.current(10_900)).toBe(50);
  expect(meter.current(11_000)).toBe(20);
  expect(meter.current(99_000)).toBe(0);
  expect(meter.add(99_000)).toBe(1);
  expect(meter.max).toBe(50);
});

test('the ring keeps the latest and goes on counting', () => {
  const ring = new MessageRing<string>(3);
  for (const value of ['a', 'b', 'c', 'd']) ring.add(value);
  expect(ring.list(0, 10)).toEqual([
    { number: 2, value: 'b' },
    { number: 3, value: 'c' },
    { number: 4, value: 'd' },
  ]);
  expect(ring.list(2, 1)).toEqual([{ number: 3, value: 'c' }]);
  ring.setCapacity(2);
  ring.add('e');
  expect(ring.list(0, 10).map(({ value }) => value)).toEqual(['d', 'e']);
  ring.clear();
  expect(ring.list(0, 10)).toEqual([]);
  expect(ring.last).toBe(5);
});

test('the same seed gives the same numbers, another seed others', () => {
  const draw = (seed: number) => Array.from({ length: 5 }, createRandom(seed));
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(draw(7).every((value) => value >= 0 && value < 1)).toBe(true);
});
