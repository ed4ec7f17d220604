// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * One service that is kept running. Invariants:
 * 1. At most one process of it lives; a restart begins only after the former process has ended.
 * 2. Once `stop` was called no process is started any more.
 * 3. The child leads a process group of its own, so a terminal's Ctrl-C reaches only the supervisor,
 *    and ending the group ends whatever the child started.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { Backoff } from './backoff.ts';
import type { BackoffOptions } from './backoff.ts';
import type { LogFile } from './log-file.ts';
import { notableIn, readable } from './notable.ts';
import type { Output } from './notable.ts';

/** What is needed to run a service. */
export interface ServiceDefinition {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Answers 200 when the service is ready. */
  readonly readyUrl: string;
  /** How long it may take to stop, before it is killed. */
  readonly stopMs: number;
  /** Everything that it prints is worth a look, not only warnings. */
  readonly isShown?: boolean;
}

/** What happens to services, as it happens. */
export type StackEvent =
  | { readonly kind: 'started'; readonly name: string; readonly pid: number }
  | { readonly kind: 'ready'; readonly name: string; readonly pid: number }
  | {
      readonly kind: 'ended';
      readonly name: string;
      readonly pid: number | undefined;
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
      /** Pause before the next start; undefined when it was meant to end. */
      readonly restartInMs: number | undefined;
      /** What it said last, oldest first. */
      readonly lastLines: readonly string[];
    }
  | { readonly kind: 'notable'; readonly name: string; readonly text: string };

export interface SupervisedOptions {
  readonly definition: ServiceDefinition;
  readonly log: LogFile;
  readonly backoff: BackoffOptions;
  readonly onEvent: (event: StackEvent) => void;
}

const readinessPollMs = 50;
const keptLines = 20;
const maxLineChars = 100_000;
const shownLineChars = 2_000;

export class Supervised {
  readonly name: string;
  readonly #options: SupervisedOptions;
  readonly #backoff: Backoff;
  #child: ChildProcess | undefined;
  #startedAt = 0;
  #isReady = false;
  #isStopping = false;
  #restartTimer: NodeJS.Timeout | undefined;
  #ended: Promise<void> = Promise.resolve();
  #lines: string[] = [];

  constructor(options: SupervisedOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.backoff);
    this.name = options.definition.name;
  }

  /** Undefined while no process lives. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get stopMs(): number {
    return this.#options.definition.stopMs;
  }

  /** Starts the process; from here on it is restarted when it ends. */
  start(): void {
    if (this.#isStopping) return;
    const { command, args, env } = this.#options.definition;
    this.#lines = [];
    this.#startedAt = performance.now();
    const child = spawn(command, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#ended = this.#untilEnd(child);
    this.#listen(child.stdout, 'stdout');
    this.#listen(child.stderr, 'stderr');
    if (child.pid === undefined) return;
    this.#options.onEvent({ kind: 'started', name: this.name, pid: child.pid });
    void this.#watchReadiness(child, child.pid);
  }

  /** Sends a signal to the process itself; false when none lives. */
  signal(signal: NodeJS.Signals): boolean {
    return this.#child?.kill(signal) ?? false;
  }

  /** SIGTERM, and SIGKILL to its whole group at the deadline; resolves when it is gone. */
  async stop(timeoutMs: number): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#restartTimer);
    this.signal('SIGTERM');
    this.signal('SIGCONT');
    const timer = setTimeout(() => this.killGroup(), Math.max(timeoutMs, 0));
    await this.#ended;
    clearTimeout(timer);
  }

  /** Ends the process and all it started, at once. */
  killGroup(): void {
    this.#isStopping = true;
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It ended between two looks.
    }
  }

  /** Takes note of the end and resolves. */
  #untilEnd(child: ChildProcess): Promise<void> {
    return new Promise((resolve) => {
      let isOver = false;
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        if (isOver) return;
        isOver = true;
        this.#onEnd(child, code, signal);
        resolve();
      };
      child.once('close', end);
      // Something else may hold the output open; the last lines are not worth waiting for that.
      child.once('exit', (code, signal) => setTimeout(() => end(code, signal), 250));
      child.once('error', (error) => {
        this.#take(error.message);
        if (child.pid === undefined) end(null, null);
      });
    });
  }

  #listen(stream: Readable, output: Output): void {
    createInterface({ input: stream }).on('line', (line) => this.#take(line, output));
  }

  #take(line: string, output: Output = 'stderr'): void {
    this.#options.log.write(`${line}\n`);
    const kept = line.slice(0, maxLineChars);
    this.#lines = [...this.#lines.slice(1 - keptLines), readable(kept).slice(0, shownLineChars)];
    const isShown = this.#options.definition.isShown === true && output === 'stdout';
    const text = (isShown ? kept : notableIn(kept, output))?.slice(0, shownLineChars);
    if (text !== undefined) this.#options.onEvent({ kind: 'notable', name: this.name, text });
  }

  #onEnd(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    this.#child = undefined;
    this.#isReady = false;
    const ranMs = performance.now() - this.#startedAt;
    const restartInMs = this.#isStopping ? undefined : this.#backoff.next(ranMs);
    const facts = { name: this.name, pid: child.pid, code, signal, restartInMs };
    this.#options.onEvent({ kind: 'ended', ...facts, lastLines: this.#lines });
    if (restartInMs === undefined) return;
    this.#restartTimer = setTimeout(() => this.start(), restartInMs);
  }

  async #watchReadiness(child: ChildProcess, pid: number): Promise<void> {
    while (this.#child === child && !this.#isReady) {
      const isReady = await this.#answersReady();
      if (!isReady) await new Promise((resolve) => setTimeout(resolve, readinessPollMs));
      else if (this.#child === child) this.#becomeReady(pid);
    }
  }

  #becomeReady(pid: number): void {
    this.#isReady = true;
    this.#options.onEvent({ kind: 'ready', name: this.name, pid });
  }

  async #answersReady(): Promise<boolean> {
    try {
      const signal = AbortSignal.timeout(1_000);
      const response = await fetch(this.#options.definition.readyUrl, { signal });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }
}
