// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Bus } from '@sendium/bus';

import type { Call, Command } from './command.ts';
import { parseCommandLine, type Flags } from './command-line.ts';
import { commands } from './commands.ts';
import { UsageError } from './errors.ts';
import { connectTo, trackerUrl, type Places, type Surroundings } from './surroundings.ts';

/** Does what the command line asks for; the result is the exit code: 0 done, 1 not or not all, 2 misread. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { terminal } = surroundings;
  const request = parseCommandLine(args, commands);
  switch (request.kind) {
    case 'help':
      terminal.out(request.text);
      return 0;
    case 'wrong':
      return misread(request.reason, surroundings);
    case 'call':
      return perform(request, surroundings);
  }
}

function misread(reason: string, { terminal }: Surroundings): 2 {
  terminal.err(`${reason}\nnpm run sendium -- --help tells what there is.`);
  return 2;
}

interface Wanted {
  readonly command: Command;
  readonly operands: readonly string[];
  readonly flags: Flags;
}

async function perform(
  { command, operands, flags }: Wanted,
  surroundings: Surroundings,
): Promise<number> {
  await using open = new AsyncDisposableStack();
  let connecting: Promise<Bus> | undefined;
  const places: Places = {
    nats: textOf(flags, 'nats'),
    tracker: textOf(flags, 'tracker'),
    state: textOf(flags, 'state'),
  };
  const call: Call = {
    terminal: surroundings.terminal,
    arguments: operands,
    isJson: flags['json'] === true,
    text: (flag) => textOf(flags, flag),
    count: (flag) => countOf(flags, flag),
    isOn: (flag) => flags[flag] === true,
    bus: () => (connecting ??= connectTo(places, surroundings).then((bus) => open.use(bus))),
    trackerUrl: () => trackerUrl(places, surroundings),
    nowMs: () => Date.now(),
  };
  try {
    return await command.run(call);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof UsageError) return misread(message, surroundings);
    surroundings.terminal.err(message);
    return 1;
  }
}

function textOf(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

function countOf(flags: Flags, name: string): number | undefined {
  const text = textOf(flags, name);
  if (text === undefined) return undefined;
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new UsageError(`--${name} must be a whole number above 0`);
}
