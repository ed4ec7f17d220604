// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { SmscDriver } from '@sendium/testkit';
import { ProcessMeter, readUse } from '../process-meter.ts';
import type { LoadOptions } from '../load-options.ts';
import type { LoadReport } from '../run-load.ts';
import { runLoad } from '../run-load.ts';
import type { Backlog } from './backlog.ts';
import type { Contender } from './contender.ts';

/** One load on one contender, followed to the carrier. */
export interface Measurement {
  /** Messages the carrier accepted. */
  readonly submitted: number;
  /** From the first moment of the load until the last of them. */
  readonly seconds: number;
  /** CPU time of all its processes until they were quiet again. */
  readonly cpuMicroseconds: number;
  /** The same, by process. */
  readonly cpuByProcess: Readonly<Record<string, number>>;
  readonly load: LoadReport;
  /** What was accepted and did not get to the carrier in time; undefined when all did. */
  readonly shortfall: Shortfall | undefined;
}

/** How it stands when the wait for the carrier is given up. */
export interface Shortfall {
  readonly missing: number;
  /** Nothing came any more for the last 5 s; else messages still came when the time was up. */
  readonly isStalled: boolean;
  /** Where they wait, as far as the contender tells. */
  readonly backlogs: readonly Backlog[];
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const drainPollMs = 100;
const longestStallMs = 5_000;
const longestDrainMs = 60_000;

async function submittedTo(carrier: SmscDriver) {
  const { accepted, ['lastSubmissionAt']: last } = await carrier.stats();
  return { accepted, lastAt: Number(last) };
}

/** Waits until the carrier has what was accepted, or nothing more comes. */
async function drain(carrier: SmscDriver, accepted: number) {
  const endMs = performance.now() + longestDrainMs;
  let seen = await submittedTo(carrier);
  let movedMs = performance.now();
  let isStalled = false;
  while (seen.accepted < accepted && performance.now() < endMs) {
    await pause(drainPollMs);
    const now = await submittedTo(carrier);
    if (now.accepted > seen.accepted) movedMs = performance.now();
    seen = now;
    isStalled = performance.now() - movedMs > longestStallMs;
    if (isStalled) break;
  }
  return { ...seen, isStalled };
}

async function shortfallOf(
  contender: Contender,
  missing: number,
  isStalled: boolean,
): Promise<Shortfall | undefined> {
  if (missing <= 0) return undefined;
  return { missing, isStalled, backlogs: (await contender.backlogs?.()) ?? [] };
}

const cpuOf = (contender: Contender): number =>
  contender.processes().reduce((sum, { pid }) => sum + (readUse(pid)?.cpuMicroseconds ?? 0), 0);

/** Waits until its processes do next to nothing, so that no work is left to the next load. */
export async function untilQuiet(contender: Contender): Promise<void> {
  const windowMs = 300;
  for (let round = 0; round < 30; round += 1) {
    const before = cpuOf(contender);
    await pause(windowMs);
    if (cpuOf(contender) - before < windowMs * 1_000 * 0.15) return;
  }
}

/** Runs a load on a contender and follows every message to the carrier, which may be set up for it. */
export async function follow(
  contender: Contender,
  run: () => Promise<LoadReport>,
  carrierSettings: Readonly<Record<string, unknown>> = {},
): Promise<Measurement> {
  await contender.carrier.reset();
  await contender.carrier.change(carrierSettings);
  const meter = new ProcessMeter(contender.processes());
  const startedAt = Date.now();
  const load = await run();
  const { accepted, lastAt, isStalled } = await drain(contender.carrier, load.accepted);
  const shortfall = await shortfallOf(contender, load.accepted - accepted, isStalled);
  await untilQuiet(contender);
  const costs = meter.read();
  return {
    submitted: accepted,
    seconds: Math.max(0.001, (lastAt - startedAt) / 1_000),
    cpuMicroseconds: costs.reduce((sum, cost) => sum + cost.cpuMicroseconds, 0),
    cpuByProcess: Object.fromEntries(costs.map((cost) => [cost.name, cost.cpuMicroseconds])),
    load,
    shortfall,
  };
}

/** The same for a load over HTTP. */
export const measure = (
  contender: Contender,
  load: Omit<LoadOptions, 'url' | 'key'>,
  carrierSettings: Readonly<Record<string, unknown>> = {},
): Promise<Measurement> =>
  follow(contender, () => runLoad({ ...contender.api, ...load }), carrierSettings);

/** What a contender uses while it has nothing to do. */
export interface Idle {
  /** Memory by process. */
  readonly residentBytes: Readonly<Record<string, number>>;
  /** CPU time of all processes, as a share of one core. */
  readonly cpuShare: number;
}

/** Watches it doing nothing for two seconds. */
export async function measureIdle(contender: Contender): Promise<Idle> {
  const watchedMs = 2_000;
  const meter = new ProcessMeter(contender.processes());
  await pause(watchedMs);
  const costs = meter.read();
  const cpuMicroseconds = costs.reduce((sum, cost) => sum + cost.cpuMicroseconds, 0);
  return {
    residentBytes: Object.fromEntries(costs.map((cost) => [cost.name, cost.residentBytes])),
    cpuShare: cpuMicroseconds / (watchedMs * 1_000),
  };
}
