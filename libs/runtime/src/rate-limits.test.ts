// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { RateLimits, type Limited } from './rate-limits.ts';

const accountOf = (name: string, ratePerSecond: number): Limited => ({ name, ratePerSecond });

test('an account sends its rate and no more, its neighbours are not concerned', () => {
  let nowMs = 0;
  const limits = new RateLimits({ nowMs: () => 0, monotonicMs: () => nowMs });
  const limited = accountOf('a', 10);
  const allowed = (account: Limited, tries: number): number =>
    Array.from({ length: tries }, () => limits.allows(account)).filter(Boolean).length;
  expect(allowed(limited, 100)).toBe(10);
  expect(allowed(accountOf('b', 1), 3)).toBe(1);
  expect(allowed(accountOf('free', 0), 1000)).toBe(1000);
  nowMs = 250;
  expect(allowed(limited, 100)).toBe(2);
  nowMs = 300;
  expect(allowed(limited, 100)).toBe(1);
  nowMs = 60_000;
  expect(allowed(limited, 100)).toBe(10);
  nowMs = 61_000;
  expect(allowed(accountOf('a', 20), 100)).toBe(0);
  nowMs = 62_000;
  expect(allowed(accountOf('a', 20), 100)).toBe(20);
});

test('replicas share the rate, and even the slowest account may send at times', () => {
  let nowMs = 0;
  let share = 1;
  const clock = { nowMs: () => 0, monotonicMs: () => nowMs };
  const limits = new RateLimits(clock, () => share);
  const second = (account: Limited): number => {
    nowMs += 1000;
    return Array.from({ length: 100 }, () => limits.allows(account)).filter(Boolean).length;
  };
  expect(second(accountOf('a', 10))).toBe(10);
  share = 0.5;
  expect([second(accountOf('a', 10)), second(accountOf('a', 10))]).toEqual([0, 5]);
  expect([second(accountOf('slow', 1)), second(accountOf('slow', 1))]).toEqual([1, 0]);
  expect(second(accountOf('slow', 1))).toBe(1);
});
