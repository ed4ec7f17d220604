// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import type { Outcome, OutcomeResult } from '@sendium/contracts';
import { createMessageId, type MessageId } from '@sendium/message';
import fc from 'fast-check';
import { AttemptMemory } from './attempt-memory.ts';
import { PartTable, partState } from './part-table.ts';

const idOf = (n: number): MessageId =>
  createMessageId(
    1_700_000_000_000,
    Uint8Array.from({ length: 10 }, (_, i) => (n * (i + 7)) >> (i % 3)),
  );

const outcome = (
  messageId: MessageId,
  result: OutcomeResult,
  { attempt = 0, part = 1 } = {},
): Outcome => ({
  kind: 'outcome',
  atMs: 1,
  messageId,
  attempt,
  part,
  parts: 1,
  connector: 'sim',
  result,
  commandStatus: 0,
  carrierMessageId: '',
  destination: '',
  dueAtMs: 0,
  receiptExpected: false,
});

test('the table knows exactly what was put in, as it grows', () => {
  const key = fc.tuple(
    fc.uint8Array({ minLength: 10, maxLength: 10 }).map((random) => createMessageId(1, random)),
    fc.integer({ min: 0, max: 300 }),
    fc.integer({ min: 1, max: 255 }),
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(key, { selector: String, minLength: 1_000, maxLength: 3_000 }),
      (keys) => {
        const table = new PartTable();
        const known = keys.slice(0, keys.length >> 1);
        for (const [id, attempt, part] of known) {
          table.raise(id, attempt, part, partState.submitted);
          table.raise(id, attempt, part, partState.intended);
        }
        expect(table.size).toBe(known.length);
        keys.forEach(([id, attempt, part], index) => {
          const expected = index < known.length ? partState.submitted : partState.unseen;
          expect(table.get(id, attempt, part)).toBe(expected);
        });
      },
    ),
    { numRuns: 10 },
  );
});

test('a submitted part is known for ten minutes of connected time and forgotten within fifteen', () => {
  const memory = new AttemptMemory();
  const id = idOf(1);
  memory.recordOutcome(outcome(id, 'submitted'));
  memory.recordOutcome(outcome(id, 'retry', { attempt: 1 }));
  for (let second = 0; second < 600; second += 1) memory.age(1_000);
  expect(memory.stateOf(id, 0, 1)).toBe(partState.submitted);
  expect(memory.endOf(id, 1)?.result).toBe('retry');
  for (let second = 0; second < 300; second += 1) memory.age(1_000);
  expect(memory.stateOf(id, 0, 1)).toBe(partState.unseen);
  expect(memory.endOf(id, 1)).toBeUndefined();
  expect(memory.size).toBe(0);
});

test('an intent is outweighed by the outcome, in whatever order they are read', () => {
  const memory = new AttemptMemory();
  memory.recordIntent(idOf(1), 0, 1);
  expect(memory.stateOf(idOf(1), 0, 1)).toBe(partState.intended);
  memory.recordOutcome(outcome(idOf(1), 'submitted'));
  memory.recordIntent(idOf(1), 0, 1);
  expect(memory.stateOf(idOf(1), 0, 1)).toBe(partState.submitted);
});

test.each<[OutcomeResult, OutcomeResult]>([
  ['rejected', 'retry'],
  ['unknown', 'next_target'],
  ['next_target', 'retry'],
  ['retry', 'returned'],
])('of two ends of one attempt, %s counts before %s', (strong, feeble) => {
  for (const order of [
    [strong, feeble],
    [feeble, strong],
  ]) {
    const memory = new AttemptMemory();
    for (const result of order) memory.recordOutcome(outcome(idOf(2), result));
    expect(memory.endOf(idOf(2), 0)?.result).toBe(strong);
  }
});
