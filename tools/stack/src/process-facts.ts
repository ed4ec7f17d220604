// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What tells a process from a later one with the same id. */
export interface ProcessFacts {
  /** When it started, in the system's own words; only good for comparing. */
  readonly startedAt: string;
  readonly commandLine: string;
}

const factsFromProc = (pid: number): ProcessFacts | undefined => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold anything, blanks and parentheses included.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  // A zombie has ended; somebody else's parent has only not asked for its exit code yet.
  if (state === 'Z' || state === 'X') return undefined;
  const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  return { startedAt: fields[19] ?? '', commandLine };
};

const factsFromPs = (pid: number): ProcessFacts | undefined => {
  const args = ['-o', 'lstart=,command=', '-p', String(pid)];
  const line = execFileSync('ps', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
  // lstart is always 24 characters: "Sun Nov 22 07:13:00 2026".
  return { startedAt: line.slice(0, 24), commandLine: line.slice(24).trim() };
};

/** The facts about a running process; undefined when there is none (a zombie counts as none). */
export const factsOf = (pid: number): ProcessFacts | undefined => {
  try {
    return process.platform === 'linux' ? factsFromProc(pid) : factsFromPs(pid);
  } catch {
    return undefined;
  }
};
