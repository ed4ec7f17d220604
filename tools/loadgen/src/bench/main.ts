// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/*
 * The budgets of docs/architecture.md, measured: both durabilities, beside Kannel where that is
 * installed. Everything is on loopback, bounded in time, and ended again.
 */
import { parseArgs } from 'node:util';
import type { BenchTimes } from './cases.ts';
import { farCarrier, hundredEach, oneEach, overSmpp, steadyRate, warmUp } from './cases.ts';
import type { Contender } from './contender.ts';
import { isKannelInstalled, startKannel } from './kannel.ts';
import type { Idle } from './measure.ts';
import { measureIdle, untilQuiet } from './measure.ts';
import type { BenchResults } from './rows.ts';
import { toDetails, toIdleLines, toRows, tracingRows } from './rows.ts';
import { startSendium } from './sendium.ts';
import { toTable } from './table.ts';
import { tracingCost } from './tracing-cost.ts';

const note = (line: string) => console.error(`bench: ${line}`);

async function run(times: BenchTimes): Promise<BenchResults> {
  await using running = new AsyncDisposableStack();
  note('starting');
  const os = running.use(await startSendium('OS sync'));
  const fsync = running.use(await startSendium('fsync'));
  const all: Contender[] = [os, fsync];
  if (await isKannelInstalled())
    for (const store of ['spool', 'memory'] as const)
      all.push(running.use(await startKannel(store)));
  else note('Kannel is not installed: no ratios');
  for (const contender of all) await untilQuiet(contender);
  const idle = new Map<string, Idle>();
  for (const contender of all) idle.set(contender.name, await measureIdle(contender));
  note('warming up');
  await warmUp(all);
  const singles: BenchResults['oneEach'] extends ReadonlyMap<infer K, infer V> ? Map<K, V> : never =
    new Map();
  for (const connections of [32, 128]) {
    note(`one per POST, ${connections} connections`);
    singles.set(connections, await oneEach(all, connections, times));
  }
  note('100 per POST');
  const hundreds = await hundredEach([os, fsync], times);
  note('SMPP in, SMPP out');
  const smpp = await overSmpp(os, times);
  note('500 messages a second');
  const steady = await steadyRate([os, fsync], times);
  note('a carrier 40 ms away');
  const far = await farCarrier(fsync);
  await running.disposeAsync();
  note('1 % traced beside nothing traced');
  const tracing = await tracingCost(times);
  return {
    oneEach: singles,
    hundredEach: hundreds,
    overSmpp: smpp,
    steadyRate: steady,
    farCarrier: far,
    tracing,
    idle,
  };
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '2' },
    only: { type: 'string' },
  },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    // What was started is ended by its launchers when this process exits.
    note(`ended by ${signal}`);
    process.exit(130);
  });
const times = { secondsPerRound: Number(values.seconds), rounds: Number(values.rounds) };
if (values.only === 'tracing') {
  console.log(toTable(tracingRows(await tracingCost(times))));
} else {
  const results = await run(times);
  const details = [...toIdleLines(results.idle), ...toDetails(results)];
  console.log(`${toTable(toRows(results))}\n\n${details.join('\n')}`);
}
