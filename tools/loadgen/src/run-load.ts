// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Latency } from './latency.ts';
import { LatencyRecorder } from './latency.ts';
import { openLedger } from './ledger.ts';
import { LoadDriver } from './load-driver.ts';
import type { LoadOptions } from './load-options.ts';
import type { ProcessCost } from './process-meter.ts';
import { ProcessMeter } from './process-meter.ts';
import { Tally } from './tally.ts';
import type { Counts } from './tally.ts';

/** What came of it. */
export interface LoadReport extends Readonly<Counts> {
  readonly seconds: number;
  readonly acceptedPerSecond: number;
  readonly latencyMs: Latency;
  /** Connections that could not be opened; each was tried again. */
  readonly connectFailures: number;
  /** Open loop: messages that were due, but for which no connection was free before the end. */
  readonly unsent: number;
  readonly processes: readonly ProcessCost[];
  /** All tokens of this run begin so; undefined without tokens. */
  readonly tokenPrefix: string | undefined;
}

let runs = 0;
/** Different for each run of each process on a machine. */
function newTokenPrefix(): string {
  runs += 1;
  return `#${Date.now().toString(36)}${process.pid.toString(36)}x${runs.toString(36)}-`;
}

/** Puts the load on the gateway and waits until every request has ended. */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const hasTokens = options.hasTokens === true || options.ledger !== undefined;
  const tokenPrefix = hasTokens ? newTokenPrefix() : undefined;
  using ledger = options.ledger === undefined ? undefined : openLedger(options.ledger);
  const tally = new Tally(ledger, tokenPrefix ?? '', (options.batch ?? 0) > 0);
  const latency = new LatencyRecorder();
  const meter = new ProcessMeter([
    ...(options.processes ?? []),
    { name: 'loadgen', pid: process.pid },
  ]);
  const driver = new LoadDriver(options, tokenPrefix, tally, latency);
  const facts = await driver.run();
  return {
    ...tally.counts,
    ...facts,
    acceptedPerSecond: facts.seconds === 0 ? 0 : tally.counts.accepted / facts.seconds,
    latencyMs: latency.read(),
    processes: meter.read(),
    tokenPrefix,
  };
}
