// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { helpText, parseFlags } from './flags.ts';
import type { SimulatorOptions } from './simulator.ts';
import { startSimulator } from './simulator.ts';

async function run(options: SimulatorOptions): Promise<void> {
  const simulator = await startSimulator(options);
  console.log(
    `smsc-simulator: SMPP on ${simulator.host}:${simulator.port}, control on ${simulator.controlUrl}`,
  );
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void simulator[Symbol.asyncDispose]());
}

const flags = parseFlags(process.argv.slice(2));
switch (flags.kind) {
  case 'help':
    console.log(helpText());
    break;
  case 'invalid':
    for (const problem of flags.problems) console.error(`smsc-simulator: ${problem}`);
    process.exitCode = 2;
    break;
  case 'start':
    run(flags.options).catch((error: unknown) => {
      console.error(`smsc-simulator: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    });
}
