// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { runProgram } from './run-program.ts';

/** The oldest nats-server that keeps our promises (message schedules, atomic batches). */
export const oldestVersion = [2, 12, 0] as const;

const isAtLeast = (version: readonly number[], least: readonly number[]): boolean => {
  for (const [index, wanted] of least.entries()) {
    const given = version[index] ?? 0;
    if (given !== wanted) return given > wanted;
  }
  return true;
};

export type Examined =
  | { readonly kind: 'good'; readonly version: string }
  | { readonly kind: 'bad'; readonly reason: string };

/** Runs `nats-server --version` and decides whether it is new enough. */
export const examineServer = async (path: string): Promise<Examined> => {
  const result = await runProgram(path, ['--version'], { timeoutMs: 10_000 });
  if (result.kind === 'failed') return { kind: 'bad', reason: `${path}: ${result.reason}` };
  const found = /v(\d+)\.(\d+)\.(\d+)/.exec(result.output);
  if (found === null) return { kind: 'bad', reason: `${path} does not tell its version` };
  const version = found.slice(1).map(Number);
  const text = version.join('.');
  return isAtLeast(version, oldestVersion)
    ? { kind: 'good', version: text }
    : { kind: 'bad', reason: `${path} is ${text}, needed is ${oldestVersion.join('.')} or newer` };
};
