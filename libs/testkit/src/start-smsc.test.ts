// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from '@jest/globals';

import { assertNothingLeft } from './child.ts';
import { startSmsc } from './start-smsc.ts';

afterEach(assertNothingLeft);

test('A started simulator can be asked and changed, and refuses what it does not know.', async () => {
  await using smsc = await startSmsc({ args: ['--latency-ms', '5'] });
  expect(await smsc.control.stats()).toMatchObject({ bindsLive: 0, submissions: 0 });
  await smsc.control.change({ throttleShare: 0.05 });
  await expect(smsc.control.change({ speed: 9 })).rejects.toThrow('speed is not a setting');
  expect(await smsc.control.messages()).toEqual([]);
  expect(await smsc.control.submissionsByToken()).toEqual(new Map());
  await smsc.control.stopAnswering();
  await smsc.control.resume();
  await smsc.control.disconnect();
  await smsc.control.reset();
});

test('A simulator that refuses its flags is told with its own words.', async () => {
  await expect(startSmsc({ args: ['--throttle-share', '7'] })).rejects.toThrow(
    'throttleShare must be from 0 to 1',
  );
});
