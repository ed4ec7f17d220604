// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';
import { Child } from '@sendium/testkit';
import { programPath } from './programs.ts';

/** Starts one of the scripts in `perl/`. */
export function startPerl(
  script: 'client.pl' | 'smsc.pl',
  args: readonly string[],
): Promise<Child> {
  const path = fileURLToPath(new URL(`../perl/${script}`, import.meta.url));
  return Child.start({ name: script, command: 'perl', args: [path, ...args], env: programPath });
}

/** The JSON lines a script has printed so far. */
export function linesOf(child: Child): readonly Readonly<Record<string, unknown>>[] {
  return child.output
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
