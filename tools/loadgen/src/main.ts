// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { helpText, parseCommand } from './flags.ts';
import type { Command } from './flags.ts';
import { toLines, toVerifyLines } from './print-report.ts';
import { runLoad } from './run-load.ts';
import { verifyLedger } from './verify-ledger.ts';

async function run(command: Command): Promise<void> {
  switch (command.kind) {
    case 'help':
      console.log(helpText);
      return;
    case 'invalid':
      throw new Error(command.problem);
    case 'load': {
      const report = await runLoad(command.options);
      console.log(command.isJson ? JSON.stringify(report) : toLines(report).join('\n'));
      return;
    }
    case 'verify': {
      const report = await verifyLedger(command.options);
      console.log(command.isJson ? JSON.stringify(report) : toVerifyLines(report).join('\n'));
      if (report.lost > 0) process.exitCode = 1;
    }
  }
}

run(parseCommand(process.argv.slice(2))).catch((error: unknown) => {
  console.error(`loadgen: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
});
