// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * How many binds an account, or a carrier, has at the same time, over all processes: each holds one of
 * its places, which are leases. Invariants:
 * 1. A bind stands on a lease that was acquired for it; with all places taken there is no bind.
 * 2. While NATS is out of reach no lease can be renewed, and nobody can bind: those that stand, stand.
 *    When it is back each takes a place anew; who finds none, because others took them, has to go.
 * 3. A place whose process died is free when its lease ends: one TTL later.
 */
import {
  acquireLease,
  openBucket,
  TransientError,
  type Bus,
  type KeyValueBucket,
  type Lease,
} from '@sendium/bus';
import { buckets, leaseTtlMs } from '@sendium/contracts';
import type { Logger } from '@sendium/runtime';

/** A place that is taken. */
export interface BindPlace {
  /** Gives it back; never rejects. */
  release(): Promise<void>;
}

/** What a place is asked for. */
export interface PlaceRequest {
  readonly of: 'account' | 'carrier';
  /** Of the account or the carrier. */
  readonly name: string;
  readonly maxBinds: number;
  /** Called once when the place was lost and there is no other one. */
  readonly onLost: () => void;
}

const retryMs = 500;

/** Takes places for this process. */
export class BindPlaces {
  readonly #bus: Bus;
  readonly #holder: string;
  readonly #log: Logger;
  readonly #leases: KeyValueBucket;
  readonly #records: KeyValueBucket;
  /** Keys that this process holds or asks for just now: no use in asking for them again. */
  readonly #mine = new Set<string>();
  /** Places held here, by account. */
  readonly #held = new Map<string, number>();

  constructor(bus: Bus, holder: string, log: Logger) {
    this.#bus = bus;
    this.#holder = holder;
    this.#log = log;
    this.#leases = openBucket(bus, buckets.leases);
    this.#records = openBucket(bus, buckets.orders);
  }

  /** The accounts with places held here, and how many. */
  get held(): ReadonlyMap<string, number> {
    return this.#held;
  }

  /**
   * How many places of the account are taken in all processes. One that was given back counts a little
   * longer.
   *
   * @throws {TransientError} NATS does not answer
   */
  async countTaken(account: string): Promise<number> {
    return (await this.#leases.listKeys(`account.${account}`)).length;
  }

  /**
   * Takes a place; undefined when all are taken.
   *
   * @throws {TransientError} NATS does not answer
   */
  async take(request: PlaceRequest): Promise<BindPlace | undefined> {
    if (!this.#bus.isConnected) throw new TransientError('NATS is out of reach.');
    const released = new AbortController();
    let lease: Lease | undefined;
    const hold = async (): Promise<boolean> => {
      lease = await this.#acquire(request, () => void this.#again(hold, request, released.signal));
      if (released.signal.aborted) await this.#giveBack(lease);
      return lease !== undefined;
    };
    if (!(await hold())) return undefined;
    this.#count(request, 1);
    return {
      release: async () => {
        if (released.signal.aborted) return;
        released.abort();
        this.#count(request, -1);
        await this.#giveBack(lease);
      },
    };
  }

  #count({ of, name }: PlaceRequest, change: number): void {
    if (of !== 'account') return;
    const held = (this.#held.get(name) ?? 0) + change;
    if (held > 0) this.#held.set(name, held);
    else this.#held.delete(name);
  }

  async #acquire(
    { of, name, maxBinds }: PlaceRequest,
    onLost: () => void,
  ): Promise<Lease | undefined> {
    for (let n = 0; n < maxBinds; n += 1) {
      const key = `${of}.${name}.${n}`;
      if (this.#mine.has(key)) continue;
      const lease = await this.#acquireKey(key, onLost);
      if (lease !== undefined) return lease;
    }
    return undefined;
  }

  async #acquireKey(key: string, onLost: () => void): Promise<Lease | undefined> {
    this.#mine.add(key);
    let lease: Lease | undefined;
    try {
      lease = await acquireLease({
        bucket: this.#leases,
        records: this.#records,
        key,
        holder: this.#holder,
        ttlMs: leaseTtlMs,
        onLost: () => {
          this.#mine.delete(key);
          onLost();
        },
      });
      return lease;
    } finally {
      if (lease === undefined) this.#mine.delete(key);
    }
  }

  /** After a loss: takes a place anew as soon as NATS is there. */
  async #again(
    hold: () => Promise<boolean>,
    { of, name, onLost }: PlaceRequest,
    released: AbortSignal,
  ): Promise<void> {
    for (;;) {
      const result = this.#bus.isConnected
        ? await this.#attempt(hold, { [of]: name })
        : 'unanswered';
      if (released.aborted || this.#bus.isClosed || result === 'taken') return;
      if (result === 'none') {
        onLost();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }

  async #attempt(
    hold: () => Promise<boolean>,
    whose: object,
  ): Promise<'taken' | 'none' | 'unanswered'> {
    try {
      return (await hold()) ? 'taken' : 'none';
    } catch (error) {
      this.#log.warn({ ...whose, err: error }, 'the place of a bind could not be taken anew yet');
      return 'unanswered';
    }
  }

  async #giveBack(lease: Lease | undefined): Promise<void> {
    if (lease === undefined) return;
    this.#mine.delete(lease.key);
    try {
      await lease.release();
    } catch (error) {
      this.#log.warn({ key: lease.key, err: error }, 'the place of a bind runs out unreleased');
    }
  }
}
