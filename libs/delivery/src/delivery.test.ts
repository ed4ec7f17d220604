// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  advancePace,
  chooseBind,
  countRetries,
  createPace,
  createStatusPolicy,
  decideOutcome,
  idlePace,
  notThrottled,
  paceWaitMs,
  repeatLast,
  retryDelayMs,
  throttle,
  unthrottle,
} from './index.ts';
import type { Decision, DeliveryRules, Reaction, SubmitContext, SubmitEnd } from './index.ts';

const rules: DeliveryRules = { statusPolicy: createStatusPolicy(), onUnknownOutcome: 'resend' };
const fresh: SubmitContext = {
  nowMs: 1_000_000,
  expiresAtMs: 100_000_000,
  retriesSoFar: 0,
  resendsSoFar: 0,
  jitter: 0.5,
};
const answer = (commandStatus: number): SubmitEnd => ({ kind: 'response', commandStatus });

describe('a connector that overrides statuses', () => {
  const overriding: DeliveryRules = {
    ...rules,
    statusPolicy: createStatusPolicy(
      new Map<number, Reaction>([
        [0x45, 'next_target'],
        [0x0b, { retryDelaysMs: repeatLast([1_000, 3_000], 3) }],
        [0x4a1, 'throttle'],
        [0x00, 'reject'],
      ]),
    ),
  };
  const after = (retriesSoFar: number) =>
    decideOutcome(answer(0x0b), overriding, { ...fresh, retriesSoFar });

  test('does what it says with them, and the usual with all others', () => {
    const kindOf = (status: number) => decideOutcome(answer(status), overriding, fresh).kind;
    expect([0x45, 0x4a1, 0x4a2, 0x08].map(kindOf)).toEqual([
      'next_target',
      'throttled',
      'rejected',
      'retry',
    ]);
  });

  test('tries again as often and as late as it says, then the next target', () => {
    expect([0, 1, 2, 3].map(after)).toEqual([
      { kind: 'retry', dueAtMs: 1_001_000 },
      { kind: 'retry', dueAtMs: 1_003_000 },
      { kind: 'retry', dueAtMs: 1_003_000 },
      { kind: 'next_target', dueAtMs: 1_000_000 },
    ]);
  });

  test('cannot take ESME_ROK for anything else', () => {
    expect(decideOutcome(answer(0), overriding, fresh)).toEqual({ kind: 'submitted' });
  });
});

describe('the decision', () => {
  const retry: Decision = { kind: 'retry', dueAtMs: 1_005_000 };
  const rejected: Decision = { kind: 'rejected', code: 'carrier_rejected' };
  const elsewhere: Decision = { kind: 'next_target', dueAtMs: 1_000_000 };
  const rebind: Decision = { kind: 'resend', rebind: true };

  test.each<[number, Decision]>([
    [0x00, { kind: 'submitted' }],
    [0x01, rejected],
    [0x02, rejected],
    [0x03, rejected],
    [0x04, rebind],
    [0x05, rebind],
    [0x06, rejected],
    [0x07, rejected],
    [0x08, retry],
    [0x0a, rejected],
    [0x0b, rejected],
    [0x0c, rejected],
    [0x0d, rebind],
    [0x0e, rebind],
    [0x0f, rebind],
    [0x11, rejected],
    [0x13, rejected],
    [0x14, retry],
    [0x15, rejected],
    [0x33, rejected],
    [0x43, rejected],
    [0x45, retry],
    [0x48, rejected],
    [0x53, rebind],
    [0x54, rejected],
    [0x58, { kind: 'throttled' }],
    [0x61, rejected],
    [0x62, rejected],
    [0x64, retry],
    [0x65, rejected],
    [0x66, rejected],
    [0xc4, rejected],
    [0xfe, rejected],
    [0xff, retry],
    [0x100, elsewhere],
    [0x101, elsewhere],
    [0x102, retry],
    [0x103, elsewhere],
    [0x104, elsewhere],
    [0x105, rejected],
    [0x400, rejected],
    [0xffffffff, rejected],
  ])('on status 0x%s is %j', (status, decision) => {
    expect(decideOutcome(answer(status), rules, fresh)).toEqual(decision);
  });

  test('retries after 5 s, 15 s, 60 s, 5 min, 15 min, then goes to the next target', () => {
    const delays = [0, 1, 2, 3, 4, 5].map((retriesSoFar) => {
      const decision = decideOutcome(answer(0x08), rules, { ...fresh, retriesSoFar });
      return decision.kind === 'retry' ? decision.dueAtMs - fresh.nowMs : decision.kind;
    });
    expect(delays).toEqual([5_000, 15_000, 60_000, 300_000, 900_000, 'next_target']);
  });

  test('puts no retry after the end of validity', () => {
    expect(
      decideOutcome(answer(0x08), rules, { ...fresh, expiresAtMs: fresh.nowMs + 700 }),
    ).toEqual({ kind: 'retry', dueAtMs: fresh.nowMs + 700 });
    expect(
      decideOutcome(answer(0x08), rules, { ...fresh, expiresAtMs: fresh.nowMs - 700 }),
    ).toEqual({ kind: 'retry', dueAtMs: fresh.nowMs });
  });

  test('on a generic_nack is failed, unless its status says to try again', () => {
    const nack = (commandStatus: number): SubmitEnd => ({ kind: 'nack', commandStatus });
    const failed = { kind: 'failed', code: 'nacked' };
    for (const status of [0x00, 0x02, 0x03]) {
      expect(decideOutcome(nack(status), rules, fresh)).toEqual(failed);
    }
    expect(decideOutcome(nack(0x58), rules, fresh)).toEqual({ kind: 'throttled' });
    expect(decideOutcome(nack(0x08), rules, fresh)).toEqual(retry);
  });

  test('on an answer never seen is resent once at once, and then counts as a transient error', () => {
    const unanswered: SubmitEnd = { kind: 'unanswered' };
    expect(decideOutcome(unanswered, rules, fresh)).toEqual({ kind: 'resend', rebind: false });
    expect(decideOutcome(unanswered, rules, { ...fresh, resendsSoFar: 1 })).toEqual(retry);
    expect(decideOutcome(answer(0x04), rules, { ...fresh, resendsSoFar: 1 })).toEqual(retry);
  });

  test('on an answer never seen is unknown where the connector parks', () => {
    expect(
      decideOutcome({ kind: 'unanswered' }, { ...rules, onUnknownOutcome: 'park' }, fresh),
    ).toEqual({ kind: 'unknown', code: 'outcome_unknown' });
  });

  test("follows the connector's own reactions and delays, but ROK is ROK", () => {
    const own: DeliveryRules = {
      ...rules,
      statusPolicy: createStatusPolicy(
        new Map([
          [0x400, 'retry'],
          [0x0b, 'next_target'],
          [0, 'reject'],
        ]),
      ),
      retryDelaysMs: [100],
    };
    expect(decideOutcome(answer(0x400), own, fresh)).toEqual({ kind: 'retry', dueAtMs: 1_000_100 });
    expect(decideOutcome(answer(0x400), own, { ...fresh, retriesSoFar: 1 })).toEqual(elsewhere);
    expect(decideOutcome(answer(0x0b), own, fresh)).toEqual(elsewhere);
    expect(decideOutcome(answer(0), own, fresh)).toEqual({ kind: 'submitted' });
  });
});

test('the jitter moves a retry by a fifth at most', () => {
  expect(retryDelayMs(0, 0)).toBe(4_000);
  expect(retryDelayMs(0, 0.999_999)).toBe(6_000);
});

test('only retries on the same connector are counted', () => {
  const history = [
    { connector: 'a', verdict: 'retry' },
    { connector: 'a', verdict: 'returned' },
    { connector: 'b', verdict: 'retry' },
    { connector: 'a', verdict: 'retry' },
    { connector: 'a', verdict: 'next_target' },
  ] as const;
  expect(countRetries(history, 'a')).toBe(2);
  expect(countRetries(history, 'c')).toBe(0);
});

describe('the pace', () => {
  test('never lets more than the rate and one window out in any second, and reaches the rate', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 20 }),
        (rate, windowSize, pausesMs) => {
          const sentAt = sendAsFastAsAllowed(rate, windowSize, pausesMs);
          for (let first = 0, last = 0; last < sentAt.length; last += 1) {
            while (sentAt[last]! - sentAt[first]! >= 1_000) first += 1;
            expect(last - first + 1).toBeLessThanOrEqual(rate + windowSize);
          }
        },
      ),
      { numRuns: 50 },
    );
    expect(sendAsFastAsAllowed(500, 10, Array<number>(30).fill(100)).length).toBeGreaterThan(1_490);
  });

  /** Wakes after each pause, sends all that it may at that moment and each millisecond after. */
  function sendAsFastAsAllowed(rate: number, windowSize: number, pausesMs: number[]): number[] {
    const pace = createPace(rate, windowSize);
    const sentAt: number[] = [];
    let state = idlePace;
    let nowMs = 5_000;
    for (const pauseMs of pausesMs) {
      const untilMs = nowMs + pauseMs;
      for (; nowMs < untilMs; nowMs += 1) {
        while (paceWaitMs(pace, state, nowMs) === 0) {
          sentAt.push(nowMs);
          state = advancePace(pace, state, nowMs);
        }
      }
    }
    return sentAt;
  }

  test('says exactly how long to wait', () => {
    const pace = createPace(10, 100);
    const state = advancePace(pace, idlePace, 0);
    expect(paceWaitMs(pace, state, 40)).toBe(60);
    expect(paceWaitMs(pace, state, 100)).toBe(0);
  });
});

describe('throttling', () => {
  test('pauses for 1 s, doubling to 10 s while it lasts', () => {
    let state = notThrottled;
    let nowMs = 0;
    const pausesMs = [1, 2, 3, 4, 5, 6].map(() => {
      state = throttle(state, nowMs);
      const pauseMs = state.pausedUntilMs - nowMs;
      nowMs = state.pausedUntilMs;
      return pauseMs;
    });
    expect(pausesMs).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  test("follows the connector's own pauses", () => {
    const own = { firstMs: 50, longestMs: 70 };
    const once = throttle(notThrottled, 0, own);
    expect(once.pausedUntilMs).toBe(50);
    expect(throttle(once, 50, own).pausedUntilMs).toBe(120);
  });

  test('is one pause for all answers of a window, and short again after an answer past it', () => {
    const paused = throttle(notThrottled, 0);
    expect(throttle(paused, 500)).toBe(paused);
    expect(unthrottle(paused, 500)).toBe(paused);
    expect(unthrottle(paused, 1_001)).toBe(notThrottled);
  });
});

describe('the bind to submit over', () => {
  const bind = (taken: number, isReady = true) => ({ isReady, windowSize: 10, taken });

  test('is the ready one with the most room', () => {
    expect(chooseBind([bind(9), bind(2), bind(5), bind(0, false)], 0)).toBe(1);
  });

  test('takes turns among equals', () => {
    expect(chooseBind([bind(0), bind(0), bind(0)], 0)).toBe(1);
    expect(chooseBind([bind(0), bind(0), bind(0)], 2)).toBe(0);
  });

  test('is none when all are full or away', () => {
    expect(chooseBind([bind(10), bind(0, false)], 0)).toBe(-1);
    expect(chooseBind([], 0)).toBe(-1);
  });
});
