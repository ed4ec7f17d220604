// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { RateShares } from './rate-shares.ts';

test('a process has as much of the rate as it has of the binds; unanswered, what it had', async () => {
  const held = new Map([
    ['limited', 1],
    ['free', 1],
  ]);
  let taken: number | undefined = 4;
  const countTaken = (account: string): Promise<number> => {
    if (account === 'free') return Promise.reject(new Error('nobody needs to know'));
    return taken === undefined ? Promise.reject(new Error('no answer')) : Promise.resolve(taken);
  };
  const rateOf = (account: string): number => (account === 'limited' ? 10 : 0);
  await using shares = new RateShares({ held, countTaken }, { rateOf });
  expect(shares.shareOf('limited')).toBe(1);
  await shares.refresh();
  expect([shares.shareOf('limited'), shares.shareOf('free')]).toEqual([0.25, 1]);
  taken = undefined;
  await shares.refresh();
  expect(shares.shareOf('limited')).toBe(0.25);
  taken = 1;
  held.set('limited', 2);
  await shares.refresh();
  expect(shares.shareOf('limited')).toBe(1);
  held.clear();
  await shares.refresh();
  expect(shares.shareOf('limited')).toBe(1);
});
