// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addRelativeTime,
  formatAbsoluteTime,
  formatRelativeTime,
  parseLocalTime,
  parseSmppTime,
} from './smpp-time.ts';

test.each([
  ['260102030405600+', '2026-01-02T03:04:05.600Z'],
  ['260102030405608+', '2026-01-02T01:04:05.600Z'],
  ['260102030405020-', '2026-01-02T08:04:05.000Z'],
  ['260101001500004+', '2025-12-31T23:15:00.000Z'],
  ['000229000000048-', '2000-02-29T12:00:00.000Z'],
])('the absolute time %s is %s', (text, iso) => {
  const expected = { kind: 'absolute', epochMs: Date.parse(iso) };
  expect(parseSmppTime(text)).toEqual(expected);
});

test('a relative time keeps its parts, for months have no length of their own', () => {
  expect(parseSmppTime('010203040506000R')).toEqual({
    kind: 'relative',
    years: 1,
    months: 2,
    days: 3,
    hours: 4,
    minutes: 5,
    seconds: 6,
  });
});

test('an empty time is none', () => {
  expect(parseSmppTime('')).toEqual({ kind: 'none' });
});

test.each([
  '260102030405',
  '261302030405000+',
  '260230030405000+',
  '260102240405000+',
  '260102036005000+',
  '260102030405049+',
  '260102030405000X',
  '26010203040500+0',
  'tomorrow',
  '260102030405000+ ',
])('%p is no time', (text) => {
  expect(parseSmppTime(text)).toEqual({ kind: 'invalid' });
});

test('any moment of this century reads back as it was written', () => {
  const moments = fc.integer({
    min: Date.UTC(2000, 0, 1) / 100,
    max: Date.UTC(2099, 11, 31) / 100,
  });
  fc.assert(
    fc.property(moments, (tenths) => {
      const text = formatAbsoluteTime(tenths * 100);
      expect(text).toHaveLength(16);
      expect(parseSmppTime(text)).toEqual({ kind: 'absolute', epochMs: tenths * 100 });
    }),
  );
});

test('any span below 31 days comes out where it should', () => {
  const start = Date.UTC(2026, 0, 31, 23, 59, 59);
  fc.assert(
    fc.property(fc.nat({ max: 31 * 86_400 - 1 }), (seconds) => {
      const span = parseSmppTime(formatRelativeTime(seconds * 1_000) ?? '');
      expect(span.kind === 'relative' && addRelativeTime(start, span)).toBe(
        start + seconds * 1_000,
      );
    }),
  );
  expect(formatRelativeTime(31 * 86_400_000)).toBeUndefined();
});

test.each([
  ['000100000000000R', '2026-01-31T10:00:00Z', '2026-02-28T10:00:00Z'],
  ['010000000000000R', '2028-02-29T10:00:00Z', '2029-02-28T10:00:00Z'],
  ['001200000000000R', '2026-03-15T10:00:00Z', '2027-03-15T10:00:00Z'],
  ['000101000000000R', '2026-12-31T10:00:00Z', '2027-02-01T10:00:00Z'],
])('%s after %s is %s by the calendar', (text, from, to) => {
  const span = parseSmppTime(text);
  expect(span.kind === 'relative' && addRelativeTime(Date.parse(from), span)).toBe(Date.parse(to));
});

test.each([
  ['2601020304', '2026-01-02T03:04:00Z'],
  ['260102030405', '2026-01-02T03:04:05Z'],
  ['20260102030405', '2026-01-02T03:04:05Z'],
  ['2026-01-02 03:04:05', '2026-01-02T03:04:05Z'],
])('the time %s of a receipt is %s', (text, iso) => {
  expect(parseLocalTime(text)).toBe(Date.parse(iso));
  expect(parseLocalTime(text, 120)).toBe(Date.parse(iso) - 7_200_000);
});

test.each(['', '0', '0000000000', '2613020304', 'never', '2601020304056'])(
  '%p in a receipt is no time',
  (text) => {
    expect(parseLocalTime(text)).toBeUndefined();
  },
);
