// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What a stack whose supervisor was killed left running. A process is only ended when its id, its
 * start time and its command line all are as recorded, so never a stranger that got the same id.
 */
import { factsOf } from './process-facts.ts';
import { readStackFile, removeStackFile } from './stack-file.ts';
import type { RecordedProcess } from './stack-file.ts';

/** Another supervisor works on the same state folder. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
  readonly pid: number;

  constructor(pid: number, stateDir: string) {
    super(`A stack runs already on ${stateDir} (pid ${pid}). Stop it first: kill ${pid}`);
    this.pid = pid;
  }
}

const isStill = ({ pid, startedAt }: Omit<RecordedProcess, 'name'>): boolean =>
  factsOf(pid)?.startedAt === startedAt;

/** The name of an app is in its command line; nats-server's is that of the program. */
const isOurs = (recorded: RecordedProcess): boolean =>
  isStill(recorded) && (factsOf(recorded.pid)?.commandLine.includes(recorded.name) ?? false);

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    // Each leads a group of its own.
    process.kill(-pid, name);
  } catch {
    // It ended between two looks.
  }
};

const waitUntilGone = async (processes: readonly RecordedProcess[], ms: number): Promise<void> => {
  const endsAt = performance.now() + ms;
  while (processes.some(isOurs) && performance.now() < endsAt) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/**
 * Ends what an earlier stack left running in this state folder; returns the names of what there was.
 * Throws `AlreadyRunningError` when its supervisor lives.
 */
export const endLeftovers = async (stackFile: string, stateDir: string): Promise<string[]> => {
  const record = readStackFile(stackFile);
  if (record === undefined) return [];
  if (record.pid !== process.pid && isStill(record)) {
    throw new AlreadyRunningError(record.pid, stateDir);
  }
  const left = record.processes.filter(isOurs);
  for (const { pid } of left) signal(pid, 'SIGTERM');
  await waitUntilGone(left, 5_000);
  for (const { pid } of left.filter(isOurs)) signal(pid, 'SIGKILL');
  await waitUntilGone(left, 5_000);
  removeStackFile(stackFile);
  return left.map(({ name, pid }) => `${name} (pid ${pid})`);
};
