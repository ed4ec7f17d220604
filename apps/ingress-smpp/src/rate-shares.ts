// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { BindPlaces } from './bind-places.ts';
import type { ClientDirectory } from './client-directory.ts';

const everyMs = 500;

/**
 * How much of an account's rate belongs to this process: as much as it has of the account's binds. What
 * is known is up to half a second old, so for that long after a bind somewhere else the account may
 * send faster; while NATS is away it stays as it was.
 */
export class RateShares implements AsyncDisposable {
  readonly #places: Pick<BindPlaces, 'held' | 'countTaken'>;
  readonly #directory: Pick<ClientDirectory, 'rateOf'>;
  readonly #shares = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(
    places: Pick<BindPlaces, 'held' | 'countTaken'>,
    directory: Pick<ClientDirectory, 'rateOf'>,
  ) {
    this.#places = places;
    this.#directory = directory;
    this.#timer = setInterval(() => void this.refresh(), everyMs);
  }

  /** Above 0 to 1. */
  shareOf(account: string): number {
    return this.#shares.get(account) ?? 1;
  }

  /** Asks now. */
  async refresh(): Promise<void> {
    const { held } = this.#places;
    for (const account of this.#shares.keys()) if (!held.has(account)) this.#shares.delete(account);
    for (const account of held.keys())
      if (this.#directory.rateOf(account) > 0) await this.#ask(account);
  }

  async #ask(account: string): Promise<void> {
    try {
      const taken = await this.#places.countTaken(account);
      const here = this.#places.held.get(account) ?? 0;
      if (here > 0) this.#shares.set(account, here / Math.max(here, taken));
    } catch {
      // What was known stays in force.
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    return Promise.resolve();
  }
}
