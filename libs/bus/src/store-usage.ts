// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Bus } from './bus.ts';

export interface StoreUsageOptions {
  /**
   * The room that JetStream has, in octets, as the server is configured (`max_file_store`). The server
   * tells its clients only an account's limit; where the account has one, that counts.
   */
  readonly storeBytes?: number;
  /** Default 1000. */
  readonly everyMs?: number;
}

/** How full JetStream's store is, as last read. */
export interface StoreUsage extends Disposable {
  readonly usedBytes: number;
  /** Undefined while neither the account has a limit nor one was given. */
  readonly limitBytes: number | undefined;
  /** 0 to 1; 0 while the limit is not known. */
  readonly fraction: number;
  /** Reads now. */
  refresh(): Promise<void>;
}

interface AccountInfo {
  readonly storage: number;
  readonly limits: { readonly max_storage: number };
}

class WatchedUsage implements StoreUsage {
  readonly #bus: Bus;
  readonly #timer: NodeJS.Timeout;
  readonly #everyMs: number;
  usedBytes = 0;
  limitBytes: number | undefined;

  constructor(bus: Bus, { storeBytes, everyMs = 1000 }: StoreUsageOptions) {
    this.#bus = bus;
    this.limitBytes = storeBytes;
    this.#everyMs = everyMs;
    this.#timer = setInterval(() => void this.refresh(), everyMs);
    void this.refresh();
  }

  get fraction(): number {
    return this.limitBytes === undefined ? 0 : this.usedBytes / this.limitBytes;
  }

  /** Without an answer the last reading stays: publishing has its own bounds then. */
  async refresh(): Promise<void> {
    try {
      const info = await this.#bus.api<AccountInfo>('INFO', undefined, this.#everyMs);
      this.usedBytes = info.storage;
      if (info.limits.max_storage > 0) this.limitBytes = info.limits.max_storage;
    } catch (error) {
      if (this.#bus.isConnected) this.#bus.log.warn({ err: error }, 'store usage not readable');
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Reads the fill level now and then every second. */
export function watchStoreUsage(bus: Bus, options: StoreUsageOptions = {}): StoreUsage {
  return new WatchedUsage(bus, options);
}
