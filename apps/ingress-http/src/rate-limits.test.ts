// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import type { Account } from '@sendium/configuration';
import { RateLimits } from './rate-limits.ts';

const accountOf = (name: string, ratePerSecond: number): Account => ({
  ...{ name, ratePerSecond, keys: [], maxSegments: 10, validityMs: 1000 },
});

test('an account sends its rate and no more, its neighbours are not concerned', () => {
  let nowMs = 0;
  const limits = new RateLimits({ nowMs: () => 0, monotonicMs: () => nowMs });
  const limited = accountOf('a', 10);
  const allowed = (account: Account, tries: number): number =>
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
  expect(allowed(accountOf('a', 20), 100)).toBe(20);
});
