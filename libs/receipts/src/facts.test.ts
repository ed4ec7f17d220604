// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { rankOf, type Message } from '@sendium/message';
import fc from 'fast-check';
import {
  addFact,
  factsOf,
  reportsDue,
  stateOf,
  timelineOf,
  type Fact,
  type MessageState,
  type OutcomeFact,
  type ReceiptFact,
  type ReceiptFactState,
  type Transition,
} from './index.ts';
import { sampleMessage, startMs } from './sample-message.fixture.ts';

const message = sampleMessage();

const at = (seconds: number): number => startMs + seconds * 1000;

const routed = (seconds: number, attempt = 0, connector = 'sim'): Fact => ({
  kind: 'routed',
  ...{ atMs: at(seconds), message, attempt, route: 'default', connector },
});

const outcome = (seconds: number, fields: Partial<OutcomeFact> = {}): OutcomeFact => ({
  kind: 'outcome',
  ...{ atMs: at(seconds), attempt: 0, part: 1, parts: 1, connector: 'sim', result: 'submitted' },
  ...{ commandStatus: 0, carrierMessageId: 'c1', carrierKey: 'sim/c1' },
  destination: '447700900123',
  ...fields,
});

const receipt = (
  seconds: number,
  state: ReceiptFactState,
  fields: Partial<ReceiptFact> = {},
): ReceiptFact => ({
  kind: 'receipt',
  ...{ atMs: at(seconds), attempt: 0, part: 1, connector: 'sim', carrierMessageId: 'c1', state },
  ...{ stat: state.toUpperCase(), error: '000', doneDate: '2611221504' },
  ...fields,
});

const state = (...facts: readonly Fact[]): MessageState => stateOf(factsOf(facts));

const seconds = fc.integer({ min: 0, max: 6 });
const attempts = fc.integer({ min: 0, max: 3 });
const parts = fc.integer({ min: 1, max: 2 });
const connectors = fc.constantFrom('sim', 'backup');
const anyFact: fc.Arbitrary<Fact> = fc.oneof(
  fc.tuple(seconds, attempts, connectors).map(([s, attempt, name]) => routed(s, attempt, name)),
  seconds.map((s): Fact => ({ kind: 'scheduled', atMs: at(s), message, dueAtMs: at(s + 1) })),
  seconds.map((s): Fact => ({ kind: 'lapsed', atMs: at(s) })),
  fc
    .record({
      conclusion: fc.constantFrom('failed' as const, 'expired' as const, 'canceled' as const),
      s: seconds,
      attempt: attempts,
    })
    .map(({ s, ...rest }): Fact => ({
      kind: 'concluded',
      ...{ atMs: at(s), message, code: 'message_expired' },
      ...rest,
    })),
  fc
    .record({
      s: seconds,
      attempt: attempts,
      part: parts,
      parts: fc.constantFrom(2, 2, 2, 1),
      connector: connectors,
      result: fc.constantFrom(
        ...(['submitted', 'submitted', 'submitted', 'retry', 'next_target'] as const),
        ...(['rejected', 'failed', 'unknown', 'returned'] as const),
      ),
      carrierMessageId: fc.constantFrom('c1', 'c2', ''),
      encoding: fc.constantFrom('gsm7' as const, 'ucs2' as const),
    })
    .map(({ s, ...fields }) => outcome(s, fields)),
  fc
    .record({
      s: seconds,
      state: fc.constantFrom<ReceiptFactState>(
        ...(['delivered', 'delivered', 'undeliverable', 'expired', 'deleted'] as const),
        ...(['accepted', 'enroute', 'unknown', 'rejected', 'skipped'] as const),
      ),
      attempt: attempts,
      part: parts,
      carrierMessageId: fc.constantFrom('c1', 'c2'),
      doneDate: fc.constantFrom('2611221504', '2611221505'),
    })
    .map(({ s, state: reported, ...fields }) => receipt(s, reported, fields)),
);
const manyFacts = fc.array(anyFact, { maxLength: 14 });
const shuffledWithRepeats = manyFacts.chain((facts) =>
  fc
    .tuple(
      fc.shuffledSubarray(facts, { minLength: facts.length, maxLength: facts.length }),
      fc.shuffledSubarray(facts),
    )
    .map(([all, again]) => ({ facts, retold: [...again, ...all, ...again] })),
);

test('any order and any repetition of the same facts gives the same document', () => {
  fc.assert(
    fc.property(shuffledWithRepeats, ({ facts, retold }) => {
      const [told, heard] = [factsOf(facts), factsOf(retold)];
      expect(new Map([...heard].sort())).toEqual(new Map([...told].sort()));
      expect(stateOf(heard)).toEqual(stateOf(told));
      expect(timelineOf(heard)).toEqual(timelineOf(told));
    }),
    { numRuns: 2000 },
  );
});

test('two halves that were gathered apart join to the whole', () => {
  fc.assert(
    fc.property(manyFacts, manyFacts, (one, other) => {
      const joined = factsOf([...factsOf(other).values(), ...factsOf(one).values()]);
      expect(stateOf(joined)).toEqual(stateOf(factsOf([...one, ...other])));
    }),
    { numRuns: 1000 },
  );
});

test('no further fact ever lowers the rank of the status', () => {
  fc.assert(
    fc.property(manyFacts, (facts) => {
      const known = new Map<string, Fact>();
      let rank = 0;
      for (const fact of facts) {
        addFact(known, fact);
        const next = rankOf(stateOf(known).status);
        expect(next).toBeGreaterThanOrEqual(rank);
        rank = next;
      }
    }),
    { numRuns: 2000 },
  );
});

test('transitions rise in rank, each status once, and end in the status', () => {
  fc.assert(
    fc.property(manyFacts, (facts) => {
      const { transitions, status, completedAtMs, isFinal } = state(...facts);
      const ranks = transitions.map((step) => rankOf(step.status));
      expect(ranks).toEqual([...new Set(ranks)].sort((a, b) => a - b));
      if (transitions.length > 0) expect(transitions.at(-1)?.status).toBe(status);
      expect(completedAtMs !== undefined).toBe(isFinal);
    }),
  );
});

test('a final state is reported once, however the facts come in and are told again', () => {
  fc.assert(
    fc.property(shuffledWithRepeats, ({ retold }) => {
      const known = new Map<string, Fact>();
      let previous: MessageState | undefined;
      const reports: Transition[] = [];
      for (const fact of [...retold, ...retold]) {
        addFact(known, fact);
        const next = stateOf(known);
        reports.push(...reportsDue(previous, next));
        previous = next;
      }
      const ends = reports.filter(({ status }) => rankOf(status) === rankOf('delivered'));
      const isTold = previous?.message !== undefined;
      const hasEnded = previous !== undefined && rankOf(previous.status) === rankOf('delivered');
      expect(ends).toHaveLength(isTold && hasEnded ? 1 : 0);
      expect(new Set(reports.map(({ status }) => status)).size).toBe(reports.length);
    }),
    { numRuns: 1000 },
  );
});

test('a message goes from accepted over queued and sent to delivered', () => {
  const facts = [routed(1), outcome(2), receipt(5, 'delivered')];
  expect(state(routed(1))).toMatchObject({ status: 'queued', isFinal: false, segments: 1 });
  expect(state(routed(1), outcome(2))).toMatchObject({ status: 'sent', sentAtMs: at(2) });
  expect(state(...facts)).toMatchObject({
    ...{ status: 'delivered', isFinal: true, message, sentAtMs: at(2), completedAtMs: at(5) },
    ...{ segments: 1, segmentsDelivered: 1, error: undefined },
    transitions: [
      { status: 'accepted', atMs: at(0) },
      { status: 'queued', atMs: at(1) },
      { status: 'sent', atMs: at(2) },
      { status: 'delivered', atMs: at(5) },
    ],
  });
});

test('a message in parts is sent and delivered only when every part is', () => {
  const [one, two] = [outcome(1, { parts: 2 }), outcome(2, { parts: 2, part: 2 })];
  expect(state(routed(0), one).status).toBe('queued');
  expect(state(routed(0), one, two)).toMatchObject({ status: 'sent', segments: 2 });
  const half = [routed(0), one, two, receipt(3, 'delivered')];
  expect(state(...half)).toMatchObject({ status: 'sent', segmentsDelivered: 1 });
  expect(state(...half, receipt(4, 'delivered', { part: 2 })).status).toBe('delivered');
});

test('the first part that fails makes the message undelivered, with the reason', () => {
  const sent = [routed(0), outcome(1, { parts: 2 }), outcome(1, { parts: 2, part: 2 })];
  const networkError = { type: 3, code: 27 };
  const failed = receipt(3, 'undeliverable', { part: 2, error: '027', networkError });
  expect(state(...sent, receipt(2, 'delivered'), failed)).toMatchObject({
    ...{ status: 'undelivered', completedAtMs: at(3), segmentsDelivered: 1 },
    error: { code: 'undeliverable', receiptError: '027', networkError },
  });
  expect(state(...sent, failed, receipt(5, 'delivered', { part: 2 })).status).toBe('undelivered');
});

test('a late ENROUTE changes nothing, and ACCEPTD is no end', () => {
  const sent = [routed(0), outcome(1)];
  expect(state(...sent, receipt(2, 'accepted')).status).toBe('sent');
  expect(state(...sent, receipt(2, 'delivered'), receipt(3, 'enroute')).status).toBe('delivered');
});

test.each([
  ['expired', 'expired', 'message_expired'],
  ['rejected', 'rejected', 'carrier_rejected'],
  ['deleted', 'undelivered', 'undeliverable'],
  ['skipped', 'undelivered', 'undeliverable'],
] as const)('a receipt that says %s makes the message %s', (reported, status, code) => {
  const { error, ...rest } = state(routed(0), outcome(1), receipt(2, reported));
  expect(rest.status).toBe(status);
  expect(error).toEqual({ code, receiptError: '000' });
});

test('DELETED after a cancellation of ours leaves the message canceled', () => {
  const canceled: Fact = {
    kind: 'concluded',
    ...{ atMs: at(1), message, conclusion: 'canceled', code: 'internal', attempt: 0 },
  };
  expect(state(routed(0), canceled, outcome(2), receipt(3, 'deleted'))).toMatchObject({
    ...{ status: 'canceled', error: undefined },
  });
});

test('unknown, by the carrier or by silence, may still be settled', () => {
  const sent = [routed(0), outcome(1)];
  const lapsed: Fact = { kind: 'lapsed', atMs: at(9) };
  expect(state(...sent, lapsed)).toMatchObject({ status: 'unknown', completedAtMs: at(9) });
  expect(state(...sent, receipt(2, 'unknown')).status).toBe('unknown');
  const settled = state(...sent, lapsed, receipt(20, 'delivered'));
  expect(settled.transitions.map(({ status }) => status)).toEqual([
    ...['accepted', 'queued', 'sent', 'unknown', 'delivered'],
  ]);
  const raced = state(...sent, lapsed, receipt(5, 'delivered'));
  expect(raced.transitions.map(({ status }) => status)).not.toContain('unknown');
});

test('silence about a message that was not sent yet means nothing', () => {
  expect(state(routed(0), { kind: 'lapsed', atMs: at(9) }).status).toBe('queued');
});

test('a retry hands over the missing parts only, and the message counts as sent', () => {
  const facts = [
    ...[routed(0), outcome(1, { parts: 2 })],
    outcome(1, { parts: 2, part: 2, result: 'retry', commandStatus: 0x14, carrierMessageId: '' }),
    ...[routed(6, 1), outcome(7, { parts: 2, part: 2, attempt: 1, carrierMessageId: 'c2' })],
  ];
  expect(state(...facts)).toMatchObject({ status: 'sent', sentAtMs: at(7) });
  const delivered = receipt(9, 'delivered', { part: 2, attempt: 1, carrierMessageId: 'c2' });
  expect(state(...facts, receipt(8, 'delivered'), delivered).status).toBe('delivered');
});

test('an attempt that was given back before it was cut changes nothing of what was sent', () => {
  const facts = [
    ...[routed(0), outcome(1, { parts: 2 })],
    outcome(1, { parts: 2, part: 2, result: 'retry', carrierMessageId: '' }),
    outcome(3, { attempt: 1, result: 'returned', carrierMessageId: '' }),
    outcome(7, { parts: 2, part: 2, attempt: 2, carrierMessageId: 'c2' }),
  ];
  expect(state(...facts)).toMatchObject({ status: 'sent', sentAtMs: at(7), segments: 2 });
  const returned = outcome(9, { attempt: 3, result: 'returned', carrierMessageId: '' });
  expect(state(...facts, returned)).toMatchObject({ status: 'sent', segments: 2 });
});

test('what comes for an attempt that was given up for another connector does not count', () => {
  const facts = [
    ...[routed(0), outcome(1, { parts: 2 })],
    outcome(1, { parts: 2, part: 2, result: 'next_target', carrierMessageId: '' }),
    ...[routed(2, 1, 'backup'), receipt(3, 'undeliverable')],
  ];
  expect(state(...facts).status).toBe('queued');
  const backup = { attempt: 1, connector: 'backup', carrierMessageId: 'b1', parts: 2 };
  const taken = [outcome(4, backup), outcome(4, { ...backup, part: 2 })];
  expect(state(...facts, ...taken)).toMatchObject({ status: 'sent', sentAtMs: at(4) });
});

test('a part that the carrier took twice is delivered by a receipt for either', () => {
  const facts = [routed(0), outcome(1), outcome(2, { carrierMessageId: 'c2' })];
  const late = receipt(3, 'delivered', { carrierMessageId: 'c2' });
  expect(state(...facts, late)).toMatchObject({ status: 'delivered', sentAtMs: at(1) });
});

test('a refusal for good ends the message with the carrier’s status', () => {
  const refused = outcome(1, { result: 'rejected', commandStatus: 0x0b, code: 'carrier_rejected' });
  expect(state(routed(0), refused)).toMatchObject({
    ...{ status: 'rejected', error: { code: 'carrier_rejected', smppStatus: 0x0b } },
  });
});

test('a receipt that comes twice, over any bind, is one entry of the timeline', () => {
  const facts = [
    ...[routed(1), outcome(2), receipt(3, 'enroute'), receipt(4, 'enroute', { doneDate: 'later' })],
    ...[receipt(5, 'delivered'), receipt(6, 'delivered', { connector: 'other' })],
  ];
  expect(timelineOf(factsOf(facts))).toEqual([
    { type: 'accepted', atMs: at(0) },
    { type: 'routed', atMs: at(1), connector: 'sim', route: 'default', attempt: 0 },
    {
      type: 'submitted',
      ...{ atMs: at(2), connector: 'sim', attempt: 0, part: 1 },
      ...{ carrierMessageId: 'c1', smppStatus: 0 },
    },
    expect.objectContaining({ type: 'receipt', atMs: at(3), stat: 'ENROUTE' }),
    {
      type: 'receipt',
      ...{ atMs: at(5), connector: 'sim', carrierMessageId: 'c1', attempt: 0, part: 1 },
      ...{ stat: 'DELIVERED', err: '000' },
    },
  ]);
});

test('retries and ends appear in the timeline with what the carrier said', () => {
  const facts = [
    outcome(1, { result: 'retry', commandStatus: 0x14, carrierMessageId: '' }),
    outcome(2, { result: 'returned', attempt: 1, carrierMessageId: '' }),
    outcome(3, { result: 'retry', attempt: 2, commandStatus: 0, carrierMessageId: '' }),
    outcome(4, { result: 'rejected', attempt: 3, commandStatus: 0x0b, code: 'carrier_rejected' }),
  ];
  expect(timelineOf(factsOf(facts))).toMatchObject([
    { type: 'retry', smppStatus: 0x14 },
    { type: 'retry', attempt: 1 },
    { type: 'retry', attempt: 2 },
    { type: 'failed', code: 'carrier_rejected', smppStatus: 0x0b },
  ]);
  // Given back, and sent without an answer: the carrier said nothing.
  for (const silent of timelineOf(factsOf(facts)).slice(1, 3)) {
    expect(silent).not.toHaveProperty('smppStatus');
  }
});

test('a message that came by REST is reported on as a whole, unless it asked for nothing', () => {
  const facts = [routed(1), outcome(2), receipt(5, 'delivered')];
  const asked = (deliveryReport: Message['deliveryReport']): readonly string[] => {
    const told = facts.map((fact) =>
      'message' in fact ? { ...fact, message: { ...message, deliveryReport } } : fact,
    );
    return reportsDue(undefined, state(...told)).map(({ status }) => status);
  };
  expect(asked('none')).toEqual([]);
  // Which of them it is told is for its endpoints to say.
  for (const some of ['final', 'all'] as const) {
    expect(asked(some)).toEqual(['accepted', 'queued', 'sent', 'delivered']);
  }
});

test('nothing is reported before the acceptance is known, and then everything', () => {
  const early = state(outcome(2), receipt(3, 'delivered'));
  expect(reportsDue(undefined, early)).toEqual([]);
  const full = state(outcome(2), receipt(3, 'delivered'), routed(1));
  expect(reportsDue(early, full).map(({ status }) => status)).toContain('delivered');
});
