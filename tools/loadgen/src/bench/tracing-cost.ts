// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** What tracing costs: the same gateway without and with a share of its messages traced, in turns. */
import { startOtlpReceiver } from '@sendium/testkit';
import type { BenchTimes } from './cases.ts';
import { oneEach, warmUp } from './cases.ts';
import type { Contender } from './contender.ts';
import { untilQuiet } from './measure.ts';
import { startSendium } from './sendium.ts';
import type { Summary } from './summary.ts';

/** The share that is traced, as is usual for much traffic. */
export const tracedShare = 0.01;

/** One message per POST over 128 connections, OS sync. */
export interface TracingCost {
  readonly off: Summary;
  readonly on: Summary;
  /** As `off`: how much the two differ is how little can be told. */
  readonly again: Summary;
  /** Spans that the collector was given. */
  readonly spans: number;
}

/** Short rounds and many of them: what is sought is smaller than what the machine does from one second to the next. */
export async function tracingCost({ rounds, secondsPerRound }: BenchTimes): Promise<TracingCost> {
  await using running = new AsyncDisposableStack();
  const collector = running.use(await startOtlpReceiver());
  const off = running.use(await startSendium('OS sync', { name: 'off' }));
  const again = running.use(await startSendium('OS sync', { name: 'again' }));
  const traced = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_TRACES_SAMPLER_ARG: String(tracedShare),
  };
  const on = running.use(await startSendium('OS sync', { name: 'on', env: traced }));
  const all = [off, on, again];
  for (const contender of all) await untilQuiet(contender);
  await warmUp(all);
  const times = { rounds: rounds * 3, secondsPerRound };
  const result = await oneEach(all, 128, times);
  const of = ({ name }: Contender): Summary => {
    const summary = result.get(name);
    if (summary === undefined) throw new Error(`${name} was not measured`);
    return summary;
  };
  return { off: of(off), on: of(on), again: of(again), spans: collector.spans.length };
}
