// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Contender } from './contender.ts';
import type { Measurement } from './measure.ts';
import { follow, measure, untilQuiet } from './measure.ts';
import type { LoadOptions } from '../load-options.ts';
import { runSmppLoad } from '../run-smpp-load.ts';
import type { Sendium } from './sendium.ts';
import type { Summary } from './summary.ts';
import { summarise } from './summary.ts';

/** How long and how often. */
export interface BenchTimes {
  readonly secondsPerRound: number;
  readonly rounds: number;
}

/** Contender's name to what came of it. */
export type CaseResult = ReadonlyMap<string, Summary>;

type Load = Omit<LoadOptions, 'url' | 'key'>;

/**
 * Runs the load on each contender in turn, and that several times: what else the machine does in
 * between hits all of them alike. A short load before warms up what is compiled as it runs.
 */
async function inTurns(
  contenders: readonly Contender[],
  load: Load,
  { rounds, secondsPerRound }: BenchTimes,
): Promise<CaseResult> {
  const seconds = load.seconds ?? secondsPerRound;
  const results = new Map<string, Measurement[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const contender of contenders)
      results.get(contender.name)?.push(await measure(contender, { ...load, seconds }));
  return new Map([...results].map(([name, measured]) => [name, summarise(measured)]));
}

/** Lets every contender compile and fill its caches. */
export async function warmUp(contenders: readonly Contender[]): Promise<void> {
  for (const contender of contenders) {
    await measure(contender, { connections: 32, seconds: 1.5 });
    await untilQuiet(contender);
  }
}

/** One message per POST, each connection as fast as it is answered. */
export const oneEach = (
  contenders: readonly Contender[],
  connections: number,
  times: BenchTimes,
): Promise<CaseResult> => inTurns(contenders, { connections }, times);

/** A hundred messages per POST. */
export const hundredEach = (
  contenders: readonly Contender[],
  times: BenchTimes,
): Promise<CaseResult> => inTurns(contenders, { connections: 8, batch: 100 }, times);

/** Latency of the answer at a steady rate that the machine carries easily. */
export const steadyRate = (
  contenders: readonly Contender[],
  times: BenchTimes,
): Promise<CaseResult> =>
  inTurns(contenders, { connections: 64, ratePerSecond: 500, seconds: 5 }, { ...times, rounds: 1 });

/**
 * A carrier 40 ms away and one bind of window 100, whose own limit is 2,500 a second. A little more
 * than that is offered: as much as would go in would measure how the machine is shared instead.
 */
export async function farCarrier(contender: Sendium): Promise<Summary> {
  await contender.setBinds(1);
  const load = { connections: 64, ratePerSecond: 2_600, seconds: 5 };
  const measured = await measure(contender, load, { latencyMs: 40 });
  await contender.carrier.reset();
  await contender.setBinds(2);
  return summarise([measured]);
}

/** SMPP in, SMPP out: four binds of window 100, each place filled again as soon as it is answered. */
export async function overSmpp(
  contender: Sendium,
  { rounds, secondsPerRound: seconds }: BenchTimes,
): Promise<Summary> {
  const run = (most: number) => () =>
    runSmppLoad({ ...contender.smpp, binds: 4, window: 100, seconds: most });
  await follow(contender, run(1.5));
  const measured: Measurement[] = [];
  for (let round = 0; round < rounds; round += 1)
    measured.push(await follow(contender, run(seconds)));
  return summarise(measured);
}
