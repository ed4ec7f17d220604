// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Command, Flag } from './command.ts';

/** What every command takes. */
export const commonFlags: Readonly<Record<string, Flag>> = {
  nats: { value: 'URL', says: 'NATS; else SENDIUM_NATS_URL, else what npm start left' },
  tracker: {
    value: 'URL',
    says: 'gRPC of dlr-tracker; else SENDIUM_TRACKER_URL, else what npm start left',
  },
  state: { value: 'DIR', says: 'where npm start keeps its state, .sendium unless given' },
  json: { says: 'as JSON, for programs (with npm run --silent)' },
  help: { says: 'this' },
};

const call = 'npm run sendium --';

function flagLines(flags: Readonly<Record<string, Flag>>): readonly string[] {
  return Object.entries(flags).map(([name, { value = '', says }]) =>
    `  ${`--${name} ${value}`.padEnd(22)} ${says}`.trimEnd(),
  );
}

/** All commands, a line each. */
export function overview(commands: readonly Command[]): string {
  const usages = commands.map(({ name, operands }) => `${name} ${operands}`.trim());
  const width = Math.max(...usages.map((usage) => usage.length)) + 2;
  return [
    `${call} COMMAND [options]`,
    '',
    ...commands.map(({ summary }, i) => `  ${(usages[i] ?? '').padEnd(width)}${summary}`),
    '',
    'All take:',
    ...flagLines(commonFlags),
    '',
    `${call} COMMAND --help says more. It ends with 0 when all was done, 1 when not, 2 when the`,
    'command line is wrong.',
  ].join('\n');
}

/** One command. */
export function helpOf({ name, operands, summary, details, flags }: Command): string {
  const usage = [call, name, operands, '[options]'].filter((word) => word !== '').join(' ');
  return [
    usage,
    '',
    `${summary}.`,
    ...details,
    '',
    ...flagLines(flags),
    ...flagLines(commonFlags),
  ].join('\n');
}
