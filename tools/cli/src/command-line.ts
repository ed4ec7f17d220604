// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from 'node:util';

import type { Command } from './command.ts';
import { UsageError } from './errors.ts';
import { commonFlags, helpOf, overview } from './help.ts';

/** What the command line asks for. */
export type Request =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'wrong'; readonly reason: string }
  | {
      readonly kind: 'call';
      readonly command: Command;
      readonly operands: readonly string[];
      readonly flags: Flags;
    };

/** The flags that were given. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

const short: Readonly<Record<string, string>> = { help: 'h' };

/** Reads the command line; what is wrong with it is a value. */
export function parseCommandLine(args: readonly string[], commands: readonly Command[]): Request {
  try {
    return read(args, commands);
  } catch (error) {
    return { kind: 'wrong', reason: error instanceof Error ? error.message : String(error) };
  }
}

function read(args: readonly string[], commands: readonly Command[]): Request {
  const [topic = '', verb = '', ...rest] = args;
  if (topic === '' || isHelp(topic)) return { kind: 'help', text: overview(commands) };
  const command = commands.find(({ name }) => name === `${topic} ${verb}`);
  if (command === undefined) return aboutTopic(topic, verb, commands);
  const { values, positionals } = parseArgs({
    args: rest,
    options: optionsOf(command),
    allowPositionals: true,
  });
  if (values['help'] === true) return { kind: 'help', text: helpOf(command) };
  const { least, most } = command.takes;
  if (positionals.length < least) throw new UsageError(`${command.operands} is missing`);
  if (positionals.length > most) {
    throw new UsageError(`${command.name} takes no ${positionals[most] ?? ''}`);
  }
  return { kind: 'call', command, operands: positionals, flags: values };
}

const isHelp = (word: string): boolean => ['help', '--help', '-h'].includes(word);

function aboutTopic(topic: string, verb: string, commands: readonly Command[]): Request {
  const ofTopic = commands.filter(({ name }) => name.startsWith(`${topic} `));
  if (ofTopic.length === 0) throw new UsageError(`there is no command ${topic}`);
  if (verb === '' || isHelp(verb)) return { kind: 'help', text: ofTopic.map(helpOf).join('\n\n') };
  const known = ofTopic.map(({ name }) => name).join(', ');
  throw new UsageError(`there is no command ${topic} ${verb}; there are ${known}`);
}

function optionsOf({ flags }: Command) {
  const entries = Object.entries({ ...commonFlags, ...flags }).map(([name, { value }]) => {
    const type: 'boolean' | 'string' = value === undefined ? 'boolean' : 'string';
    const letter = short[name];
    return [name, letter === undefined ? { type } : { type, short: letter }] as const;
  });
  return Object.fromEntries(entries);
}
