// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { createMessageId } from '@sendium/message';
import { SegmentReferences } from './segment-references.ts';

const from = { ton: 5, npi: 0, value: 'ACME' };
const to = { ton: 1, npi: 1, value: '447700900123' };
const message = (n: number) => ({
  id: createMessageId(1_700_000_000_000, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, n >> 8, n)),
  to,
  from,
});

test('messages in a row to one number never share a reference, though their digests do', () => {
  const references = new SegmentReferences();
  const given = Array.from({ length: 128 }, (_, n) => references.referenceOf(message(n << 8), 8));
  expect(new Set(given).size).toBe(128);
});

test('a message keeps its reference when it is asked for again, also by a process that starts anew', () => {
  const references = new SegmentReferences();
  const first = references.referenceOf(message(0x1234), 16);
  expect(references.referenceOf(message(0x1234), 16)).toBe(first);
  expect(new SegmentReferences().referenceOf(message(0x1234), 16)).toBe(first);
  expect(first).toBe(0x1234);
});

test('of any 128 messages in a row to one number no two share one', () => {
  const references = new SegmentReferences();
  const given = Array.from({ length: 1_000 }, (_, n) => references.referenceOf(message(n * 7), 8));
  for (let end = 128; end <= given.length; end += 1) {
    expect(new Set(given.slice(end - 128, end)).size).toBe(128);
  }
});

test('so many numbers are remembered that memory stays bounded', () => {
  const references = new SegmentReferences();
  for (let n = 0; n < 170_000; n += 1) {
    references.referenceOf({ ...message(0), to: { ...to, value: String(n) } }, 8);
  }
  expect(references.size).toBe(160_000);
});
