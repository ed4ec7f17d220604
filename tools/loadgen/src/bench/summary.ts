// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Measurement, Shortfall } from './measure.ts';

/** All rounds of one case for one contender, taken together. */
export interface Summary {
  readonly perSecond: number;
  readonly cpuMicrosecondsPerMessage: number;
  readonly cpuByProcess: Readonly<Record<string, number>>;
  /** Of the slowest round, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Accepted, but not submitted by the end of the wait. */
  readonly missing: number;
  /** The rounds in which there were such. */
  readonly shortfalls: readonly Shortfall[];
  /** Answered by anything but 202 or ESME_ROK, or not at all. */
  readonly refused: number;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Sums the rounds up: totals over totals, so that a longer round weighs more. */
export function summarise(rounds: readonly Measurement[]): Summary {
  const submitted = sum(rounds.map((round) => round.submitted));
  const perMessage = (microseconds: number) => microseconds / Math.max(1, submitted);
  const names = new Set(rounds.flatMap((round) => Object.keys(round.cpuByProcess)));
  const loads = rounds.map((round) => round.load);
  return {
    perSecond: submitted / Math.max(0.001, sum(rounds.map((round) => round.seconds))),
    cpuMicrosecondsPerMessage: perMessage(sum(rounds.map((round) => round.cpuMicroseconds))),
    cpuByProcess: Object.fromEntries(
      [...names].map((name) => [
        name,
        perMessage(sum(rounds.map((round) => round.cpuByProcess[name] ?? 0))),
      ]),
    ),
    p50: Math.max(...loads.map(({ latencyMs }) => latencyMs.p50)),
    p99: Math.max(...loads.map(({ latencyMs }) => latencyMs.p99)),
    missing: Math.max(0, sum(loads.map(({ accepted }) => accepted)) - submitted),
    shortfalls: rounds.flatMap(({ shortfall }) => shortfall ?? []),
    refused: sum(loads.map((load) => load.refused + load.failed + load.inDoubt + load.unsent)),
  };
}
