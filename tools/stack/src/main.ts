// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { parseCommand } from './options.ts';
import { runStack } from './run-stack.ts';

const command = parseCommand({
  args: process.argv.slice(2),
  env: process.env,
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
});
switch (command.kind) {
  case 'help':
    console.log(command.text);
    break;
  case 'wrong':
    console.error(`${command.reason}\nnpm start -- --help tells what there is.`);
    process.exitCode = 2;
    break;
  case 'start':
    process.exitCode = await runStack(command.options);
}
