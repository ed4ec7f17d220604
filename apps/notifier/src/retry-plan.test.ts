// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import {
  longestRetryAfterMs,
  retryAfterMs,
  retryDelayMs,
  retrySpanMs,
  usualRetryDelaysMs,
} from './retry-plan.ts';
import { settings } from './settings.ts';

const hour = 3_600_000;

test('ten attempts in about 75 hours, and none after that', () => {
  const delays = usualRetryDelaysMs.map((_, attempts) =>
    retryDelayMs(usualRetryDelaysMs, attempts, 0.5),
  );
  expect(delays).toEqual([
    ...[0, 5000, 300_000, 1_800_000],
    ...[2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour],
  ]);
  expect(retryDelayMs(usualRetryDelaysMs, 10, 0.5)).toBeUndefined();
  expect(retrySpanMs(usualRetryDelaysMs)).toBeGreaterThan(75 * hour);
  expect(retrySpanMs(usualRetryDelaysMs)).toBeLessThan(84 * hour);
});

test('the settings begin with the usual delays', () => {
  const { schema, fallback } = settings.retryDelaysMs;
  expect(schema.parse(fallback)).toEqual(usualRetryDelaysMs);
  expect(schema.safeParse('0s,later').success).toBe(false);
});

test('what failed together does not come again together', () => {
  const delays = [0, 0.25, 0.5, 1].map((dice) => retryDelayMs(usualRetryDelaysMs, 2, dice));
  expect(delays).toEqual([270_000, 285_000, 300_000, 330_000]);
});

test.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
  ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
  ['9999999', longestRetryAfterMs],
  ['Sun, 22 Nov 2037 12:00:30 GMT', longestRetryAfterMs],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After %p asks for %p ms', (header, asked) => {
  expect(retryAfterMs(header, Date.UTC(2026, 10, 22, 12))).toBe(asked);
});
