// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';

import { eventually } from './eventually.ts';

test('The value of the first passing try is returned.', async () => {
  let tries = 0;
  const value = await eventually(() => {
    tries += 1;
    expect(tries).toBeGreaterThan(2);
    return tries;
  });
  expect(value).toBe(3);
});

test('After the time-out the message of the last failure is told.', async () => {
  const failing = eventually(
    () => {
      throw new Error('the queue holds 7');
    },
    { timeoutMs: 50 },
  );
  await expect(failing).rejects.toThrow('still failing after 50 ms: the queue holds 7');
});

test('An assertion that never settles fails at the time-out.', async () => {
  const stuck = eventually(() => new Promise<void>(() => undefined), { timeoutMs: 50 });
  await expect(stuck).rejects.toThrow('The assertion never settled.');
});
