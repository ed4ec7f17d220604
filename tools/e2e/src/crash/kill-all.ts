// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { setTimeout as pause } from 'node:timers/promises';
import type { Stack } from '@sendium/stack';
import type { CrashPhase, Victim } from './crash-plan.ts';

/** How often each process was really killed. */
export type KillCounts = Readonly<Partial<Record<Victim, number>>>;

/** Between two kills: from the middle of one batch to a few batches later. */
const gapMs = { least: 150, most: 900 } as const;

/** Kills the phase's victims one after the other, at random moments, and waits until all run again. */
export async function killAll(
  stack: Stack,
  phase: CrashPhase,
  random: () => number,
): Promise<KillCounts> {
  const counts: Partial<Record<Victim, number>> = {};
  for (const victim of phase.victims) {
    await pause(gapMs.least + random() * (gapMs.most - gapMs.least));
    const ended = untilEnded(stack, victim);
    if (!stack.kill(victim)) continue;
    counts[victim] = (counts[victim] ?? 0) + 1;
    await ended;
    if (phase.isOrderly) await stack.ready();
  }
  await stack.ready();
  return counts;
}

function untilEnded(stack: Stack, name: Victim): Promise<void> {
  return new Promise((resolve) => {
    const forget = stack.onEvent((event) => {
      if (event.kind !== 'ended' || event.name !== name) return;
      forget();
      resolve();
    });
  });
}
