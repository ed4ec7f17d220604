// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { test } from '@jest/globals';
import type { DebianProgram } from './programs.ts';
import { lacks } from './programs.ts';

/** `test`, or where a program is not here `test.skip`, and the reason is printed. */
export function whenPresent(...programs: readonly DebianProgram[]): typeof test.skip {
  const reasons = programs.flatMap((program) => lacks(program) ?? []);
  if (reasons.length === 0) return test;
  process.stderr.write(`skipped: ${reasons.join('; ')}\n`);
  return test.skip;
}
