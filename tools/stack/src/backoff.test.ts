// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';

import { Backoff } from './backoff.ts';

test('The first restart is at once, the next ones wait from half a second up to ten.', () => {
  const backoff = new Backoff();
  const pauses = Array.from({ length: 8 }, () => backoff.next(100));
  expect(pauses).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test('A service that ran five seconds is restarted at once again.', () => {
  const backoff = new Backoff();
  backoff.next(100);
  expect(backoff.next(4_999)).toBe(500);
  expect(backoff.next(5_000)).toBe(0);
});
