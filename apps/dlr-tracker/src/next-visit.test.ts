// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import { autoFormats, factsOf, type Fact } from '@sendium/receipts';
import { dutyOf } from './next-visit.ts';
import { toTelling } from './telling.ts';
import { outcomeEvent, routedEvent } from './tracker.fixture.ts';

const hour = 3_600_000;
const terms = { unknownAfterMs: 72 * hour, retentionMs: 720 * hour };
const message = sampleMessage();
const { id, acceptedAtMs: startMs } = message;

const fact = (event: Parameters<typeof toTelling>[0]): Fact => {
  const told = toTelling(event, 'carrier', () => autoFormats);
  if (told?.kind !== 'fact') throw new Error('no fact');
  return told.fact;
};
const sentAtMs = startMs + hour;
const sent = [fact(routedEvent(message)), fact(outcomeEvent(message, { atMs: sentAtMs }))];
const duty = (facts: readonly Fact[], afterHours: number) =>
  dutyOf(id, factsOf(facts), terms, startMs + afterHours * hour);

test('a sent message lapses 72 h after it was sent, at that very time however late one looks', () => {
  const lapsed = { kind: 'lapse', atMs: sentAtMs + terms.unknownAfterMs };
  expect(duty(sent, 72.5)).toEqual({ kind: 'visit', dueAtMs: lapsed.atMs });
  expect(duty(sent, 73)).toEqual(lapsed);
  expect(duty(sent, 500)).toEqual(lapsed);
});

test('a message that was not sent yet is looked at again', () => {
  expect(duty(sent.slice(0, 1), 73)).toEqual({
    ...{ kind: 'visit', dueAtMs: startMs + (73 + 72) * hour },
  });
});

test('what has ended is forgotten when its time is over, not before', () => {
  const ended = [...sent, { kind: 'lapsed', atMs: sentAtMs + 72 * hour } as const];
  expect(duty(ended, 100)).toEqual({ kind: 'nothing' });
  expect(duty(ended, 720)).toEqual({ kind: 'forget' });
});

test('a message that waits for its time is kept beyond the retention, and forgotten after its validity', () => {
  const validityMs = 2000 * hour;
  const scheduled = { ...message, expiresAtMs: startMs + validityMs };
  const facts = [fact(routedEvent(scheduled))];
  expect(duty(facts, 1000).kind).toBe('visit');
  expect(duty(facts, 2720).kind).toBe('forget');
});
