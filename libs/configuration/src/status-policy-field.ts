// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { commandStatus } from '@sendium/smpp-pdu';
import { z } from 'zod';
import { duration } from './fields.ts';

const day = 86_400_000;

const retry = z
  .strictObject({
    delays: z.array(duration(1, day)).min(1).max(20).optional(),
    attempts: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe('after the first; beyond the delays the last one counts again'),
  })
  .refine(
    ({ delays, attempts }) => delays !== undefined || attempts !== undefined,
    'needs `delays` or `attempts`',
  );

const reaction = z
  .union(
    [z.enum(['reject', 'next_target', 'throttle', 'retry', 'rebind']), z.strictObject({ retry })],
    'must be `reject`, `next_target`, `throttle`, `retry`, `rebind` or `{ retry: { delays, attempts } }`',
  )
  .describe(
    'what to do upon this command_status, such as `0x45` or `ESME_RSUBMITFAIL`, where not the usual; an object is `retry: { delays, attempts }`',
  );

const status = z
  .string()
  .refine(
    (text) => statusOf(text) !== undefined,
    'must be a command_status above 0 such as 0x45, or its name',
  );

/** What to do upon a command_status. YAML makes decimal digits of `0x45`; its names do as well. */
export const statusPolicy = z
  .record(status, reaction)
  .transform(
    (policy) =>
      new Map(Object.entries(policy).map(([key, value]) => [statusOf(key) ?? 0, value] as const)),
  );

/** ESME_ROK is what it is. */
function statusOf(text: string): number | undefined {
  const names: Readonly<Record<string, number>> = commandStatus;
  const value = Object.hasOwn(names, text) ? names[text] : Number(text);
  return Number.isInteger(value) && (value ?? 0) > 0 && (value ?? 0) <= 0xffff_ffff
    ? value
    : undefined;
}
