// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

/** A process under a name of ours. */
export interface NamedProcess {
  readonly name: string;
  readonly pid: number;
}

/** What a process has used so far. */
export interface ProcessUse {
  readonly cpuMicroseconds: number;
  readonly residentBytes: number;
}

/** What a process used between two readings. */
export interface ProcessCost extends NamedProcess, ProcessUse {}

/** The kernel counts CPU time for readers of /proc in hundredths of a second on every Linux. */
const microsecondsPerTick = 10_000;

/** Reads what a process used, user and system time together; undefined when it is gone. */
export function readUse(pid: number): ProcessUse | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    // The second field is a name in parentheses, which may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(status) ?? [];
    return {
      cpuMicroseconds: ticks * microsecondsPerTick,
      residentBytes: Number(kilobytes ?? 0) * 1024,
    };
  } catch {
    return undefined;
  }
}

/** Measures processes from its creation on; those that end meanwhile are left out. */
export class ProcessMeter {
  readonly #processes: readonly NamedProcess[];
  readonly #before: readonly (ProcessUse | undefined)[];

  constructor(processes: readonly NamedProcess[]) {
    this.#processes = processes;
    this.#before = processes.map(({ pid }) => readUse(pid));
  }

  /** The use since creation, and the memory now. */
  read(): readonly ProcessCost[] {
    return this.#processes.flatMap(({ name, pid }, index) => {
      const before = this.#before[index];
      const now = readUse(pid);
      if (before === undefined || now === undefined) return [];
      const cpuMicroseconds = now.cpuMicroseconds - before.cpuMicroseconds;
      return [{ name, pid, cpuMicroseconds, residentBytes: now.residentBytes }];
    });
  }
}
