// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { LatencyRecorder } from './latency.ts';
import { ProcessMeter } from './process-meter.ts';
import type { LoadReport } from './run-load.ts';
import { SmppLoadDriver } from './smpp-load-driver.ts';
import type { SmppLoadOptions } from './smpp-load-options.ts';

/**
 * Puts the load on the gateway's SMPP server and waits until every message has been answered or given
 * up. Accepted is what was answered by ESME_ROK; latency counts from submit_sm to its response.
 * Rejects with `BindRefusedError` when the gateway does not let it bind.
 */
export async function runSmppLoad(options: SmppLoadOptions): Promise<LoadReport> {
  const latency = new LatencyRecorder();
  const meter = new ProcessMeter([
    ...(options.processes ?? []),
    { name: 'loadgen', pid: process.pid },
  ]);
  const driver = new SmppLoadDriver(options, latency);
  const facts = await driver.run();
  return {
    ...driver.counts,
    ...facts,
    acceptedPerSecond: facts.seconds === 0 ? 0 : driver.counts.accepted / facts.seconds,
    latencyMs: latency.read(),
    processes: meter.read(),
    tokenPrefix: undefined,
  };
}
