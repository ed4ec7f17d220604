// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from 'node:timers/promises';

const lookMs = 100;

/** Waits until it holds, or the time is over: what is missing then is for the report to say. */
export async function untilOrTimeout(holds: () => boolean, waitMs: number): Promise<void> {
  const endsAtMs = performance.now() + waitMs;
  while (!holds() && performance.now() < endsAtMs) await pause(lookMs);
}
