// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * All services of the stack. Invariants:
 * 1. They stop in order, each after the one before, and all within the sum of their times.
 * 2. However this process ends (kill -9 apart), no service outlives it.
 */
import { atExit } from '@sendium/testkit';

import { Supervised } from './supervised.ts';
import type { StackEvent, SupervisedOptions } from './supervised.ts';

/** How often a service may end by itself before it was ever ready. */
const maxFailedStarts = 3;

/** A service ended again and again before it was ready: it refuses its settings. */
export class ServiceRefusedError extends Error {
  override readonly name = 'ServiceRefusedError';
  readonly service: string;
  readonly lastLines: readonly string[];

  constructor(service: string, exit: string, lastLines: readonly string[]) {
    const said = lastLines.map((line) => `  ${line}`).join('\n');
    super(`${service} does not start (${exit}). It said last:\n${said || '  (nothing)'}`);
    this.service = service;
    this.lastLines = lastLines;
  }
}

/** Some services were not ready in time. */
export class NotReadyError extends Error {
  override readonly name = 'NotReadyError';
}

export const describeExit = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal ?? (code === null ? 'could not be run' : `exit code ${code}`);

type Listener = (event: StackEvent) => void;

export class Supervisor {
  readonly #services: Supervised[] = [];
  readonly #listeners = new Set<Listener>();
  readonly #forgetExit = atExit(() => this.killAll());
  #isStopping = false;
  #stopped: Promise<void> | undefined;

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** The live process ids by name. */
  get pids(): ReadonlyMap<string, number> {
    return new Map(
      this.#services.flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid]])),
    );
  }

  /** Hears of everything from now on; returns how to stop that. */
  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Adds a service and starts it. Those added last are stopped first. */
  start(options: Omit<SupervisedOptions, 'onEvent'>): Supervised {
    if (this.#isStopping) throw new Error('The stack is stopping.');
    const onEvent: Listener = (event) => {
      for (const listener of this.#listeners) listener(event);
    };
    const service = new Supervised({ ...options, onEvent });
    this.#services.push(service);
    service.start();
    return service;
  }

  /** The service of this name; throws when there is none. */
  service(name: string): Supervised {
    const found = this.#services.find((service) => service.name === name);
    if (found !== undefined) return found;
    const names = this.#services.map((service) => service.name).join(', ');
    throw new RangeError(`There is no service ${name}; there are ${names}.`);
  }

  /**
   * Waits until all services (or those named) are ready. Throws `ServiceRefusedError` when one ends
   * by itself three times before, `NotReadyError` when time runs out or the stack is stopped.
   */
  async ready(timeoutMs: number, names?: readonly string[]): Promise<void> {
    const awaited = names?.map((name) => this.service(name)) ?? this.#services;
    const failures = new Map<string, number>();
    await new Promise<void>((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        forget();
        act();
      };
      const look = (): void => {
        if (awaited.every((service) => service.isReady)) settle(resolve);
      };
      const timer = setTimeout(() => {
        const late = awaited.filter((service) => !service.isReady).map(({ name }) => name);
        const message = `not ready within ${timeoutMs / 1000} s: ${late.join(', ')}`;
        settle(() => reject(new NotReadyError(message)));
      }, timeoutMs);
      const forget = this.onEvent((event) => {
        if (this.#isStopping) settle(() => reject(new NotReadyError('the stack was stopped')));
        else if (event.kind === 'ready') look();
        else if (event.kind === 'ended' && awaited.some(({ name }) => name === event.name)) {
          const refusal = refusalIn(event, failures);
          if (refusal !== undefined) settle(() => reject(refusal));
        }
      });
      look();
    });
  }

  /** Stops everything, the last started first. Further calls wait for the same stop. */
  stop(): Promise<void> {
    this.#isStopping = true;
    this.#stopped ??= this.#stopInOrder();
    return this.#stopped;
  }

  /** Ends everything at once. */
  killAll(): void {
    this.#isStopping = true;
    for (const service of this.#services) service.killGroup();
  }

  async #stopInOrder(): Promise<void> {
    let endsAt = performance.now();
    for (const service of this.#services.toReversed()) {
      // Each has its own time and what those before it left over.
      endsAt += service.stopMs;
      await service.stop(endsAt - performance.now());
    }
    this.#forgetExit();
  }
}

type Ended = Extract<StackEvent, { kind: 'ended' }>;

/** Counts the ends by exit code; one that was killed did not refuse anything. */
const refusalIn = (
  event: Ended,
  failures: Map<string, number>,
): ServiceRefusedError | undefined => {
  if (event.signal !== null) return undefined;
  const count = (failures.get(event.name) ?? 0) + 1;
  failures.set(event.name, count);
  if (count < maxFailedStarts) return undefined;
  return new ServiceRefusedError(event.name, describeExit(event.code, null), event.lastLines);
};
