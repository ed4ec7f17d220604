// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { formatTraceparent, parseTraceparent } from './traceparent.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

test('a header of the caller is read, and its flag', () => {
  expect(parseTraceparent(`00-${traceId}-${spanId}-01`)).toEqual({
    ...{ traceId, spanId, isSampled: true },
  });
  expect(parseTraceparent(`00-${traceId}-${spanId}-02`)).toMatchObject({ isSampled: false });
  expect(parseTraceparent(formatTraceparent({ traceId, spanId }))?.isSampled).toBe(true);
});

test('a later version may say more', () => {
  expect(parseTraceparent(`01-${traceId}-${spanId}-01-more`)).toMatchObject({ traceId });
});

test.each([
  undefined,
  '',
  'junk',
  `ff-${traceId}-${spanId}-01`,
  `00-${traceId}-${spanId}-01-more`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${traceId}-${spanId}-01, 00-${traceId}-${spanId}-01`,
  `01-${traceId}-${spanId}-01-${'x'.repeat(600)}`,
])('%s is as if it were not there', (header) => {
  expect(parseTraceparent(header)).toBeUndefined();
});
