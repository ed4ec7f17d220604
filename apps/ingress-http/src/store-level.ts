// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Bus } from '@sendium/bus';
import type { Logger } from '@sendium/runtime';

interface AccountInfo {
  readonly storage: number;
  readonly limits: { readonly max_storage: number };
}

const readEveryMs = 1000;
const refuseAbove = 0.8;

/**
 * How full JetStream's store is, read each second. Above 80 % the ingress refuses: the rest is room
 * for what is on its way already, whose publishers must not be refused.
 */
export class StoreLevel implements AsyncDisposable {
  readonly #bus: Bus;
  readonly #log: Logger;
  readonly #fallbackLimitBytes: number | undefined;
  readonly #timer: NodeJS.Timeout;
  #isFull = false;

  /**
   * @param fallbackLimitBytes the server's max_file_store, for accounts without a limit of their own:
   *   a server tells its accounts only theirs
   */
  constructor(bus: Bus, log: Logger, fallbackLimitBytes: number | undefined) {
    this.#bus = bus;
    this.#log = log;
    this.#fallbackLimitBytes = fallbackLimitBytes;
    this.#timer = setInterval(() => void this.#read(), readEveryMs);
    void this.#read();
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    return Promise.resolve();
  }

  async #read(): Promise<void> {
    if (!this.#bus.isConnected) return;
    try {
      const { storage, limits } = await this.#bus.api<AccountInfo>('INFO');
      const limit = limits.max_storage > 0 ? limits.max_storage : this.#fallbackLimitBytes;
      const isFull = limit !== undefined && storage > limit * refuseAbove;
      if (isFull !== this.#isFull)
        this.#log.warn({ isFull, storage, limit }, 'store level changed');
      this.#isFull = isFull;
    } catch (error) {
      // Whether NATS answers is known elsewhere; the last level holds.
      this.#log.debug({ err: error }, 'the store level could not be read');
    }
  }
}
