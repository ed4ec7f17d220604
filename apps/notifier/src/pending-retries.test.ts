// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { PendingRetries } from './pending-retries.ts';
import { sampleReport } from './sample-event.fixture.ts';

const hour = 3_600_000;
const item = { ...sampleReport(), endpoint: 'main', tries: 3 };

test('coming sooner costs no attempt', () => {
  const pending = new PendingRetries();
  pending.add('main', { item, dueAtMs: hour, isTried: true });
  expect(pending.take('main', 0)).toEqual([{ item: { ...item, tries: 2 }, earliestMs: 0 }]);
  expect(pending.take('main', 0)).toEqual([]);
});

test('what is tried in vain again and again comes sooner at growing distances, until it was taken', () => {
  const pending = new PendingRetries();
  const distances = Array.from({ length: 12 }, () => {
    pending.add('main', { item, dueAtMs: 2 * hour, isTried: true });
    return pending.take('main', 0)[0]?.earliestMs;
  });
  const seconds = [0, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600];
  expect(distances).toEqual(seconds.map((each) => each * 1000));
  pending.forget('main', item);
  pending.add('main', { item, dueAtMs: hour, isTried: true });
  expect(pending.take('main', 0)).toMatchObject([{ earliestMs: 0 }]);
});

test('what would come no sooner keeps its time, and may be hurried later', () => {
  const pending = new PendingRetries();
  pending.add('main', { item, dueAtMs: hour, isTried: true });
  pending.take('main', 0);
  pending.add('main', { item, dueAtMs: 5000, isTried: true });
  expect(pending.take('main', 0)).toEqual([]);
  pending.add('main', { item, dueAtMs: hour, isTried: true });
  expect(pending.take('main', 1000)).toMatchObject([{ earliestMs: 6000 }]);
});

test('what waits behind another was not tried: it comes at once, as it is', () => {
  const pending = new PendingRetries();
  for (let round = 0; round < 3; round++) {
    pending.add('main', { item, dueAtMs: hour, isTried: false });
    expect(pending.take('main', 0)).toEqual([{ item, earliestMs: 0 }]);
  }
});

test('what is due in a moment is left to its timer, which may have fired', () => {
  const pending = new PendingRetries();
  for (const isTried of [true, false]) {
    pending.add('main', { item, dueAtMs: 2000, isTried });
    expect(pending.take('main', 0)).toEqual([]);
  }
});
