// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Programs that tests start. Invariants:
 * 1. Every child that was started is in `running` until the kernel has reported its end.
 * 2. When this process ends, however it ends (kill -9 apart), no child outlives it.
 * 3. What a child says is kept within bounds, so a talkative one cannot exhaust the test's memory.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

import { atExit } from './at-exit.ts';
import { eventually } from './eventually.ts';

/** Why and how a child ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  /** What messages and the leak check call it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

const maxOutputChars = 1024 * 1024;
const running = new Set<Child>();
let forgetExit: (() => void) | undefined;

const enrol = (child: Child): void => {
  running.add(child);
  forgetExit ??= atExit(() => {
    for (const each of running) each.signal('SIGKILL');
  });
};

const release = (child: Child): void => {
  running.delete(child);
  if (running.size > 0) return;
  forgetExit?.();
  forgetExit = undefined;
};

/** One running program, its output and its end. */
export class Child {
  readonly name: string;
  readonly ended: Promise<ChildEnd>;
  readonly #process: ChildProcess;
  #output = '';
  #end: ChildEnd | undefined;

  private constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.#process = child;
    enrol(this);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-maxOutputChars);
      });
    }
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.#end = { code, signal };
        release(this);
        resolve(this.#end);
      });
    });
  }

  /** Starts it; rejects when the program cannot be run at all. */
  static async start(options: ChildOptions): Promise<Child> {
    const child = spawn(options.command, options.args, {
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return new Child(options.name, child);
  }

  get pid(): number {
    const { pid } = this.#process;
    if (pid === undefined) throw new Error(`${this.name} has no process id.`);
    return pid;
  }

  /** Standard output and error together, at most the last MiB. */
  get output(): string {
    return this.#output;
  }

  get isRunning(): boolean {
    return this.#end === undefined;
  }

  /** Sends the signal and does not wait. False when it has ended already. */
  signal(signal: NodeJS.Signals): boolean {
    return this.isRunning && this.#process.kill(signal);
  }

  /** kill -9 (or another signal), then waits for the end. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<ChildEnd> {
    this.signal(signal);
    return this.ended;
  }

  /** Polls the attempt, and gives up at once with the program's own words when it has ended. */
  async until<T>(attempt: () => Promise<T>, timeoutMs: number): Promise<T> {
    const giveUp = new AbortController();
    void this.ended.then(({ code, signal }) => {
      const how = signal ?? `exit code ${String(code)}`;
      giveUp.abort(new Error(`${this.name} ended (${how}):\n${this.#output.slice(-4_000)}`));
    });
    return eventually(attempt, { timeoutMs, signal: giveUp.signal });
  }

  /** SIGTERM, then SIGKILL for what has not ended within the time. */
  async stop(timeoutMs = 10_000): Promise<ChildEnd> {
    this.signal('SIGTERM');
    // A process that is stopped (SIGSTOP) would never see the SIGTERM.
    this.signal('SIGCONT');
    const timer = setTimeout(() => this.signal('SIGKILL'), timeoutMs);
    const end = await this.ended;
    clearTimeout(timer);
    return end;
  }
}

/** The names of the programs that tests in this process started and that still run. */
export const runningChildren = (): string[] =>
  [...running].map((child) => `${child.name} (pid ${child.pid})`);

/**
 * For afterEach: ends whatever a test left running and then throws, naming it. Resolves when nothing
 * was left.
 */
export const assertNothingLeft = async (): Promise<void> => {
  const left = runningChildren();
  await Promise.all([...running].map((child) => child.kill()));
  if (left.length > 0) throw new Error(`The test left running: ${left.join(', ')}`);
};
