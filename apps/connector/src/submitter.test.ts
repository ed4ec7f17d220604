// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import type { DispatchItem, Outcome } from '@sendium/contracts';
import type { Message } from '@sendium/message';
import { HandSession, submitterStage, turn } from './submitter.fixture.ts';
import { Valve } from './valve.ts';

const item = (text: string, over: Partial<Message> = {}): DispatchItem => ({
  message: sampleMessage({
    body: { kind: 'text', text, encoding: 'auto', flash: false },
    expiresAtMs: 1_900_000_000_000,
    ...over,
  }),
  ...{ attempt: 0, history: [], partsDone: [], route: 'r', configurationVersion: 1 },
});
const long = (): DispatchItem =>
  item('a'.repeat(153) + 'b'.repeat(153) + 'c'.repeat(10), { segments: 3 });
/** Which parts of the long message are pending. */
const parts = (session: HandSession): string =>
  session.texts.map((text) => text.at(-1) ?? '?').join('');
const isDone = async (promise: Promise<void>): Promise<boolean> => {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await turn();
  return done;
};
const results = (outcomes: readonly Outcome[]): readonly string[] =>
  outcomes.map(({ part, result }) => `${part} ${result}`);

describe('the window', () => {
  test('is free again only when the event of the answer is durable', async () => {
    const { submitter, session, journal } = submitterStage({ windowSize: 2 });
    journal.isDurable = false;
    for (const text of ['1', '2', '3', '4']) void submitter.handle(item(text));
    await turn();
    expect(session.texts).toEqual(['1', '2']);
    await session.answer(0);
    await session.answer(0);
    expect(session.texts).toEqual([]);
    await journal.commit();
    expect(session.texts).toEqual(['3', '4']);
  });

  test('is shared by the binds: the emptier one is next', async () => {
    const { submitter, sessions } = submitterStage({ windowSize: 2, binds: 2 });
    for (const text of ['1', '2', '3', '4', '5']) void submitter.handle(item(text));
    await turn();
    expect(sessions.map(({ texts }) => texts.length)).toEqual([2, 2]);
  });

  test('goes to the urgent lane first', async () => {
    const { submitter, session } = submitterStage({ windowSize: 1 });
    for (const lane of ['bulk', 'bulk', 'normal', 'priority'] as const) {
      void submitter.handle(item(lane, { lane }));
    }
    await turn();
    await session.answer(0);
    expect(session.texts).toEqual(['priority']);
    await session.answer(0);
    expect(session.texts).toEqual(['normal']);
  });
});

describe('an item', () => {
  test('is done when its outcome is durable, and its successor where it needs one', async () => {
    const { submitter, session, journal } = submitterStage();
    journal.isDurable = false;
    const handled = submitter.handle(item('x'));
    await turn();
    await session.answer(0x08);
    expect(await isDone(handled)).toBe(false);
    await journal.commit();
    expect(results(journal.outcomes)).toEqual(['1 retry']);
    expect(journal.passedOn).toEqual([]);
    expect(await isDone(handled)).toBe(false);
    await journal.commit();
    expect(journal.passedOn).toMatchObject([{ item: { attempt: 1 } }]);
    expect(await isDone(handled)).toBe(true);
  });

  test('that is handed out twice is submitted once, and both wait for the same end', async () => {
    const { submitter, session } = submitterStage();
    const twice = item('x');
    const handled = [submitter.handle(twice), submitter.handle({ ...twice })];
    await turn();
    expect(session.texts).toEqual(['x']);
    await session.answer(0);
    expect(await isDone(handled[0]!)).toBe(true);
    expect(await isDone(handled[1]!)).toBe(true);
    expect(await isDone(submitter.handle(twice))).toBe(true);
    expect(session.texts).toEqual([]);
  });

  test('that a fellow submitted while it waited here is not submitted', async () => {
    const { submitter, session, memory, slots } = submitterStage();
    submitter.detach(slots[0]!);
    const waiting = item('x');
    const handled = submitter.handle(waiting);
    memory.recordOutcome({
      ...{ kind: 'outcome', atMs: 1, messageId: waiting.message.id, attempt: 0, part: 1 },
      ...{ parts: 1, connector: 'sim', result: 'submitted', commandStatus: 0 },
      ...{ carrierMessageId: 'x', destination: '', dueAtMs: 0, receiptExpected: true },
    });
    submitter.attach(slots[0]!, session);
    expect(await isDone(handled)).toBe(true);
    expect(session.texts).toEqual([]);
  });

  test('is not submitted while NATS is away, and looked up again when it is back', async () => {
    const { submitter, session, journal } = submitterStage();
    submitter.hold();
    void submitter.handle(item('x'));
    await turn();
    expect(session.texts).toEqual([]);
    submitter.run();
    expect(session.texts).toEqual(['x']);
    expect(journal.outcomes).toEqual([]);
  });

  test('beyond its validity is not submitted', async () => {
    const { submitter, session, journal, clock } = submitterStage({ windowSize: 1 });
    void submitter.handle(item('first'));
    const late = submitter.handle(item('late', { expiresAtMs: clock.ms + 5_000 }));
    await clock.advance(6_000);
    await session.answer(0);
    expect(await isDone(late)).toBe(true);
    expect(journal.outcomes.map(({ result }) => result)).toEqual(['submitted', 'expired']);
  });
});

describe('a long message', () => {
  test('that is refused in the middle is not sent on, and ends as refused', async () => {
    const { submitter, session, journal } = submitterStage({ windowSize: 2 });
    const handled = submitter.handle(long());
    await turn();
    expect(parts(session)).toBe('ab');
    await session.answer(0);
    await session.answer(0x0b);
    // The first answer made room for the third part.
    await session.answer(0);
    expect(results(journal.outcomes)).toEqual(['1 submitted', '2 rejected', '3 submitted']);
    expect(journal.passedOn).toEqual([]);
    expect(await isDone(handled)).toBe(true);
  });

  test('that meets a transient error goes on later with the parts that are left', async () => {
    const { submitter, session, journal } = submitterStage();
    const handled = submitter.handle(long());
    await turn();
    await session.answer(0);
    await session.answer(0x14);
    expect(await isDone(handled)).toBe(false);
    await session.answer(0);
    expect(await isDone(handled)).toBe(true);
    const [next] = journal.passedOn;
    expect(next?.item).toMatchObject({ attempt: 1, partsDone: [1, 3] });
    void submitter.handle({ ...long(), ...next?.item });
    await turn();
    expect(parts(session)).toBe('b');
  });

  test('whose parts are throttled keeps their order', async () => {
    const { submitter, session, clock } = submitterStage();
    void submitter.handle(long());
    await turn();
    await session.answer(0x58);
    await session.answer(0x58);
    await session.answer(0x58);
    expect(parts(session)).toBe('');
    await clock.advance(1_000);
    expect(parts(session)).toBe('abc');
  });

  test('stays on its bind, and goes on over another one only when that is lost', async () => {
    const { submitter, sessions, slots } = submitterStage({ windowSize: 1, binds: 2 });
    const [one, two] = sessions as [HandSession, HandSession];
    void submitter.handle(long());
    await turn();
    const [mine, other] = one.pending.length > 0 ? [one, two] : [two, one];
    expect([parts(mine), parts(other)]).toEqual(['a', '']);
    await mine.answer(0);
    expect([parts(mine), parts(other)]).toEqual(['b', '']);
    submitter.detach(slots[sessions.indexOf(mine)]!);
    expect(parts(other)).toBe('c');
  });
});

describe('an answer that is never seen', () => {
  test('sends the part again at once, once; then it is the next attempt', async () => {
    const { submitter, session, journal, counts } = submitterStage();
    void submitter.handle(item('x'));
    await turn();
    await session.answer('lost');
    expect(session.texts).toEqual(['x']);
    await session.answer('lost');
    expect(results(journal.outcomes)).toEqual(['1 retry']);
    expect(counts).toMatchObject({ sent: 2, unanswered: 2 });
  });

  test('is no such thing where nothing was written: that counts for nothing', async () => {
    const { submitter, session, slots, counts } = submitterStage();
    void submitter.handle(item('x'));
    await turn();
    await session.answer('unsent');
    expect(slots[0]).toMatchObject({ taken: 0, session: undefined });
    const next = new HandSession();
    submitter.attach(slots[0]!, next);
    await next.answer(0);
    expect(counts).toMatchObject({ unanswered: 0, answered: 1 });
  });

  test('leaves a dead letter where the connector parks, after an intent that is durable first', async () => {
    const { submitter, session, journal } = submitterStage({
      rules: { onUnknownOutcome: 'park' },
    });
    journal.isDurable = false;
    const handled = submitter.handle(item('x'));
    await turn();
    expect(session.texts).toEqual([]);
    await journal.commit();
    expect(journal.intents).toHaveLength(1);
    expect(session.texts).toEqual(['x']);
    journal.isDurable = true;
    await session.answer('lost');
    expect(journal.buried).toHaveLength(1);
    expect(await isDone(handled)).toBe(true);
  });
});

describe('throttling', () => {
  test('pauses all binds, and spends no attempt', async () => {
    const { submitter, sessions, clock, journal } = submitterStage({ windowSize: 1, binds: 2 });
    const [one, two] = sessions as [HandSession, HandSession];
    for (const text of ['1', '2', '3']) void submitter.handle(item(text));
    await turn();
    await one.answer(0x58);
    await two.answer(0);
    expect([...one.texts, ...two.texts]).toEqual([]);
    await clock.advance(999);
    expect([...one.texts, ...two.texts]).toEqual([]);
    await clock.advance(1);
    expect([...one.texts, ...two.texts]).toHaveLength(2);
    expect(results(journal.outcomes)).toEqual(['1 submitted']);
  });
});

test('a session that is of no use any more is bound anew, and its message goes elsewhere', async () => {
  const { submitter, sessions, journal } = submitterStage({ binds: 2, windowSize: 1 });
  void submitter.handle(item('x'));
  await turn();
  const first = sessions.find(({ pending }) => pending.length > 0)!;
  await first.answer(0x04);
  expect(first.rebinds).toBe(1);
  expect(sessions.flatMap(({ texts }) => texts)).toEqual(['x']);
  expect(journal.outcomes).toEqual([]);
});

describe('stopping', () => {
  test('gives back what was not submitted, and lets what is on its way come to its end', async () => {
    const { submitter, session, journal } = submitterStage({ windowSize: 1 });
    const flying = submitter.handle(item('flying'));
    const waiting = submitter.handle(item('waiting'));
    await turn();
    submitter.stop();
    expect(await isDone(waiting)).toBe(true);
    expect(journal.passedOn).toMatchObject([
      { item: { attempt: 1, history: [{ verdict: 'returned', connector: 'sim' }] } },
    ]);
    expect(await isDone(flying)).toBe(false);
    await session.answer(0);
    expect(await isDone(flying)).toBe(true);
    expect(session.texts).toEqual([]);
  });

  test('gives back the rest of a long message with the parts that the carrier has', async () => {
    const { submitter, session, journal } = submitterStage({ windowSize: 1 });
    void submitter.handle(long());
    await turn();
    submitter.stop();
    await session.answer(0);
    expect(journal.passedOn).toMatchObject([{ item: { attempt: 1, partsDone: [1] } }]);
  });

  test('leaves to the next reader what has no answer: it decides nothing about it', async () => {
    const { submitter, session, journal } = submitterStage();
    const handled = submitter.handle(item('x'));
    await turn();
    submitter.stop();
    const failure = expect(handled).rejects.toThrow(/stopped/);
    await session.answer('lost');
    await failure;
    expect(journal.outcomes).toEqual([]);
    expect(journal.passedOn).toEqual([]);
  });

  test('gives back what is handed out afterwards, unless it is known to be done', async () => {
    const { submitter, session, journal } = submitterStage();
    const done = item('done');
    void submitter.handle(done);
    await turn();
    await session.answer(0);
    submitter.stop();
    expect(await isDone(submitter.handle(done))).toBe(true);
    expect(journal.passedOn).toEqual([]);
    expect(await isDone(submitter.handle(item('new')))).toBe(true);
    expect(journal.passedOn).toHaveLength(1);
  });
});

describe('paused by an operator', () => {
  test('nothing is submitted, what is on its way ends, and all of it goes on when resumed', async () => {
    const { submitter, session, journal } = submitterStage({ windowSize: 1 });
    for (const text of ['1', '2']) void submitter.handle(item(text));
    submitter.pause(true);
    await session.answer(0);
    expect(results(journal.outcomes)).toEqual(['1 submitted']);
    expect(session.texts).toEqual([]);
    submitter.pause(false);
    expect(session.texts).toEqual(['2']);
  });
});

describe('without a bind slot', () => {
  test('what waits goes back to the router; what is on its way comes to its end', async () => {
    const { submitter, session, journal } = submitterStage({ windowSize: 1 });
    const [first, second] = [submitter.handle(item('1')), submitter.handle(item('2'))];
    submitter.giveBackWaiting();
    expect(await isDone(second)).toBe(true);
    expect(journal.passedOn).toMatchObject([
      { item: { attempt: 1, history: [{ verdict: 'returned' }] } },
    ]);
    expect(await isDone(first)).toBe(false);
    await session.answer(0);
    expect(await isDone(first)).toBe(true);
    expect(results(journal.outcomes)).toEqual(['1 returned', '1 submitted']);
  });
});

describe('a bind that is being handed over', () => {
  test('gets nothing new, but the rest of a message that is on it', async () => {
    const { submitter, sessions, slots } = submitterStage({ binds: 2, windowSize: 1 });
    void submitter.handle(long());
    const [leaving] = slots;
    if (leaving === undefined) throw new Error('there is no bind');
    leaving.isLeaving = true;
    for (const text of ['1', '2']) void submitter.handle(item(text));
    await turn();
    const [first, second] = sessions;
    expect(second?.texts).toEqual(['1']);
    await first?.answer(0);
    expect(first === undefined ? '' : parts(first)).toBe('b');
    await first?.answer(0);
    await first?.answer(0);
    expect(first?.texts).toEqual([]);
    expect(leaving.isIdle).toBe(true);
  });
});

describe('the rate', () => {
  test('is that of the slots held, and less while the carrier is congested', () => {
    const valve = new Valve({
      ratePerSecond: 100,
      windowSize: 10,
      pauses: { firstMs: 1, longestMs: 1 },
    });
    const sentIn = (fromMs: number): number => {
      let sent = 0;
      for (let ms = fromMs; ms < fromMs + 1_000; ms += 1) {
        while (valve.waitMs(ms) === 0) {
          valve.passed(ms);
          sent += 1;
        }
      }
      return sent;
    };
    valve.hold(1 / 4);
    expect(sentIn(0)).toBeLessThanOrEqual(26);
    valve.hold(1);
    expect(sentIn(2_000)).toBeGreaterThan(98);
    valve.congested(0.5, 4_000);
    expect(sentIn(4_000)).toBeLessThanOrEqual(51);
    expect(sentIn(20_000)).toBeGreaterThan(98);
  });
});
