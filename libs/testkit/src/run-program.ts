// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';

/** What a short-lived program answered. */
export type ProgramResult =
  | { readonly kind: 'ok'; readonly output: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface ProgramOptions {
  readonly cwd?: string;
  readonly timeoutMs: number;
}

/** The last line that says something, for a reason of one line. */
const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';

/** Runs a program to its end. A missing program, a bad exit and a time-out are values. */
export const runProgram = (
  command: string,
  args: readonly string[],
  { cwd, timeoutMs }: ProgramOptions,
): Promise<ProgramResult> =>
  new Promise((resolve) => {
    const options = {
      timeout: timeoutMs,
      killSignal: 'SIGKILL' as const,
      maxBuffer: 16 * 1024 * 1024,
      env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
      ...(cwd === undefined ? {} : { cwd }),
    };
    execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null) {
        resolve({ kind: 'ok', output: stdout });
      } else if (error.killed === true) {
        resolve({ kind: 'failed', reason: `${command} took longer than ${timeoutMs / 1000} s` });
      } else if (error.code === 'ENOENT') {
        resolve({ kind: 'failed', reason: `${command} is not installed` });
      } else {
        resolve({ kind: 'failed', reason: lastLine(stderr) || error.message });
      }
    });
  });
