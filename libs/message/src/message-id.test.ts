// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createMessageId, messageIdTimeMs, parseMessageId } from './message-id.ts';

const octets = fc.uint8Array({ minLength: 10, maxLength: 10 });
const times = fc.integer({ min: 0, max: 2 ** 48 - 1 });

test('an id is a UUIDv7 of 32 lowercase hex digits that carries its time', () => {
  fc.assert(
    fc.property(times, octets, (time, random) => {
      const id = createMessageId(time, random);
      expect(id).toMatch(/^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
      expect(messageIdTimeMs(id)).toBe(time);
      expect(parseMessageId(id)).toBe(id);
    }),
  );
});

test('bytes 8 to 15 are the random octets, apart from the variant bits', () => {
  const random = Uint8Array.from([1, 2, 0xff, 4, 5, 6, 7, 8, 9, 10]);
  expect(createMessageId(0, random).slice(16)).toBe('bf0405060708090a');
});

test('randomness may be taken from the middle of a pool', () => {
  const pool = Uint8Array.from({ length: 30 }, (_, i) => i);
  expect(createMessageId(7, pool, 10)).toBe(createMessageId(7, pool.subarray(10)));
});

test('hyphens and capitals are accepted on input', () => {
  expect(parseMessageId('0193A1C2-0000-7ABC-8DEF-0123456789AB')).toBe(
    '0193a1c200007abc8def0123456789ab',
  );
});

test.each([
  '',
  '0193',
  'x'.repeat(32),
  '0193a1c2000041238def0123456789ab',
  '0193a1c200007abccdef0123456789ab',
  '0193a1c2-00007abc8def-0123456789ab',
  '0193a1c200007abc8def0123456789abc',
])('%p is no id', (text) => {
  expect(parseMessageId(text)).toBeUndefined();
});
