// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { RecentRate } from './recent-rate.ts';

test('the rate is that of the last ten whole seconds', () => {
  const rate = new RecentRate();
  for (let ms = 5_000; ms < 25_000; ms += 100) rate.count(ms);
  expect(rate.perSecond(25_000)).toBe(10);
  expect(rate.perSecond(30_500)).toBe(5);
  expect(rate.perSecond(36_000)).toBe(0);
});

test('what is not over yet does not count', () => {
  const rate = new RecentRate();
  rate.count(1_000);
  expect(rate.perSecond(1_999)).toBe(0);
  expect(rate.perSecond(2_000)).toBe(0.1);
});
