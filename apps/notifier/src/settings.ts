// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { natsSettings } from '@sendium/bus';
import { duration, setting, text } from '@sendium/runtime';

const durations = text
  .refine(isDurations, 'expected durations such as 0s,5s,5m,2h')
  .transform(toDurations)
  .describe('durations with their units, separated by commas, such as 0s,5s,5m,2h');

/** What this service is told by its environment. */
export const settings = {
  nats: natsSettings,
  /** The wait before each attempt, the first included; after the last one an event goes to DEAD. */
  retryDelaysMs: setting(
    'SENDIUM_WEBHOOK_RETRIES',
    durations,
    '0s,5s,5m,30m,2h,5h,10h,14h,20h,24h',
  ),
  rest: {
    /** How long an endpoint rests that failed several times in a row: doubling from this … */
    firstMs: setting('SENDIUM_WEBHOOK_REST', duration, '5s'),
    /** … to this. */
    mostMs: setting('SENDIUM_WEBHOOK_REST_MAX', duration, '5m'),
  },
};

function toDurations(list: string): readonly number[] {
  return list.split(',').map((one) => duration.parse(one.trim()));
}

function isDurations(list: string): boolean {
  return list.split(',').every((one) => duration.safeParse(one.trim()).success);
}
