// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Ledger, Step } from './ledger.ts';
import type { Telling } from './telling.ts';

interface Waiting {
  readonly tellings: readonly Telling[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions {
  readonly ledger: Ledger;
  /** Tellings in one write, unless one call alone has more. */
  readonly maxTellings: number;
  /** Called after each write with what it brought. */
  readonly onSteps: (steps: readonly Step[]) => void;
}

/**
 * Everything that is in hand goes into one write: with nothing under way it is written at once; what
 * comes while a write is under way goes into the next one together.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #waiting: Waiting[] = [];
  #isRunning = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /**
   * Resolves when all of it is durable.
   * @throws {StoreError} it may be or not; tell it again
   */
  record(tellings: readonly Telling[]): Promise<void> {
    if (tellings.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ tellings, resolve, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      // What lies in the socket already comes along; a write would keep it waiting.
      await new Promise(setImmediate);
      await this.#writeTogether(this.#take());
    }
    this.#isRunning = false;
  }

  #take(): readonly Waiting[] {
    let count = 0;
    let size = 0;
    for (const { tellings } of this.#waiting) {
      size += tellings.length;
      if (count > 0 && size > this.#options.maxTellings) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #writeTogether(group: readonly Waiting[]): Promise<void> {
    const { ledger, onSteps } = this.#options;
    try {
      onSteps(await ledger.record(group.flatMap(({ tellings }) => tellings)));
      for (const { resolve } of group) resolve();
    } catch (error) {
      await this.#writeApart(group, error);
    }
  }

  /** One that cannot be worked in must not keep its neighbours back. */
  async #writeApart(group: readonly Waiting[], error: unknown): Promise<void> {
    const [only, ...more] = group;
    if (more.length === 0) only?.reject(error);
    else for (const one of group) await this.#writeTogether([one]);
  }
}
