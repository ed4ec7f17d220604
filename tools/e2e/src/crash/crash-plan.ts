// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { ProcessName } from '@sendium/stack';

/** What a kill may hit. The simulated carrier and the receiver live: they are the witnesses. */
export type Victim = Exclude<ProcessName, 'smsc-simulator' | 'demo-receiver'>;

/** Kills under one kind of traffic, verified by a ledger of its own. */
export interface CrashPhase {
  readonly name: string;
  readonly victims: readonly Victim[];
  /** Whether a kill waits until the one before has been made good. */
  readonly isOrderly: boolean;
}

const others = [
  'nats-server',
  'router',
  'notifier',
  'ingress-smpp',
  'nats-server',
  'ingress-http',
  'dlr-tracker',
] as const;

/**
 * Three phases, so that duplicates can be laid at a door: kills of everything but connectors may make none
 * at all, kills of connectors at most a window per bind each; last, everything at once.
 */
export function planCrashes(kills: number): readonly CrashPhase[] {
  const first = Math.ceil(kills * 0.55);
  const second = Math.ceil(kills * 0.2);
  const take = (victims: readonly Victim[], count: number): readonly Victim[] =>
    Array.from({ length: Math.max(0, count) }, (_, i) => victims[i % victims.length] ?? 'router');
  return [
    { name: 'all but the connector', victims: take(others, first), isOrderly: true },
    { name: 'the connector', victims: take(['connector'], second), isOrderly: true },
    {
      name: 'everything, also on top of each other',
      victims: take(['connector', ...others], kills - first - second),
      isOrderly: false,
    },
  ];
}

/** The same list in a random order. */
export function shuffled<T>(list: readonly T[], random: () => number): readonly T[] {
  return list
    .map((value) => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}
