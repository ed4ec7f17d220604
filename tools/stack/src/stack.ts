// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { LogFile } from './log-file.ts';
import type { Ports } from './ports.ts';
import type { ProcessName } from './services.ts';
import { recordProcess, removeStackFile, writeStackFile } from './stack-file.ts';
import type { DemoAccess, RecordedProcess, StackUrls } from './stack-file.ts';
import type { StackEvent } from './supervised.ts';
import type { Supervisor } from './supervisor.ts';

export interface StackParts {
  readonly supervisor: Supervisor;
  readonly stackFile: string;
  readonly ports: Ports;
  readonly urls: StackUrls;
  /** Undefined when the document does not refer to the demo's credentials. */
  readonly demo: DemoAccess | undefined;
  readonly logs: readonly LogFile[];
  /** Validates a document and puts it where the services watch it. */
  readonly configure: (text: string) => Promise<void>;
}

/**
 * The gateway as it runs on this machine. `stack.json` names every live process at any time: it is
 * rewritten before anybody else hears of a start or an end.
 */
export class Stack implements AsyncDisposable {
  readonly urls: StackUrls;
  readonly ports: Ports;
  /** What account demo sends with. */
  readonly demo: DemoAccess | undefined;
  readonly #parts: StackParts;
  readonly #self: RecordedProcess;
  readonly #recorded = new Map<string, RecordedProcess>();

  constructor(parts: StackParts) {
    this.#parts = parts;
    this.urls = parts.urls;
    this.ports = parts.ports;
    this.demo = parts.demo;
    this.#self = recordProcess('stack', process.pid);
    this.onEvent((event) => this.#record(event));
    this.#write();
  }

  /** The live process ids by name. */
  get processes(): Readonly<Partial<Record<ProcessName, number>>> {
    return Object.fromEntries(this.#parts.supervisor.pids);
  }

  /** Hears of every event from now on; returns how to stop that. */
  onEvent(listener: (event: StackEvent) => void): () => void {
    return this.#parts.supervisor.onEvent(listener);
  }

  /** The REST key of account demo. */
  get key(): string | undefined {
    return this.demo?.key;
  }

  /** Sends a signal (default SIGKILL) to a process and does not wait; false when none of it lives. */
  kill(name: ProcessName, signal: NodeJS.Signals = 'SIGKILL'): boolean {
    return this.#parts.supervisor.service(name).signal(signal);
  }

  /** Waits until all services (or those named) are ready. Default time: 60 s. */
  ready(timeoutMs = 60_000, names?: readonly ProcessName[]): Promise<void> {
    return this.#parts.supervisor.ready(timeoutMs, names);
  }

  /** Replaces the configuration document while all runs. Throws `DocumentError` when it is not valid. */
  configure(text: string): Promise<void> {
    return this.#parts.configure(text);
  }

  /** Stops all in order within 10 s; further calls wait for the same stop. */
  async stop(): Promise<void> {
    await this.#parts.supervisor.stop();
    this.#finish();
  }

  /** Ends all at once with SIGKILL. Nothing that was accepted is lost by that. */
  killAll(): void {
    this.#parts.supervisor.killAll();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #finish(): void {
    removeStackFile(this.#parts.stackFile);
    for (const log of this.#parts.logs) log[Symbol.dispose]();
  }

  #record(event: StackEvent): void {
    if (event.kind === 'started') {
      this.#recorded.set(event.name, recordProcess(event.name, event.pid));
      this.#write();
    } else if (event.kind === 'ended') {
      this.#recorded.delete(event.name);
      this.#write();
    }
  }

  #write(): void {
    writeStackFile(this.#parts.stackFile, {
      pid: this.#self.pid,
      startedAt: this.#self.startedAt,
      processes: [...this.#recorded.values()],
      urls: this.urls,
      ...(this.demo === undefined ? {} : { demo: this.demo }),
    });
  }
}
