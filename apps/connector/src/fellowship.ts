// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { buckets, connectorMemberKey, leaseTtlMs } from '@sendium/contracts';
import { openBucket, type Bus, type KeyValueBucket } from '@sendium/bus';
import { pause } from '@sendium/runtime';
import { hasEnded } from './process-identity.ts';

interface Heard {
  readonly atMs: number;
  readonly identity: string;
  /** Counts the links that it lost. */
  readonly losses: string;
}

/** Whose fellowship it is. */
export interface FellowshipOptions {
  readonly bus: Bus;
  readonly connector: string;
  /** Names this process among its fellows. */
  readonly producer: string;
  /** See `processIdentity`. */
  readonly identity: string;
}

const announceMs = leaseTtlMs / 4;
const longestPauseMs = 1_000;

/**
 * The processes that carry one connector, as this one sees them: each says from time to time that it is
 * there. What is concluded from it is how slots are shared, never who holds one: two processes that see
 * different fellows share unevenly for a while, and nothing else.
 *
 * They hear of each other's losses, too: a link that broke, a process that is gone without a word. What the
 * carrier had sent there may come to the others again.
 */
export class Fellowship implements AsyncDisposable {
  readonly #options: FellowshipOptions;
  readonly #bucket: KeyValueBucket;
  readonly #ending = new AbortController();
  /** When each was heard of last, and who it says it is. */
  readonly #heard = new Map<string, Heard>();
  readonly #running: Promise<void>;
  /** Resolves when it has heard of its fellows, or has ended. */
  readonly heard: Promise<void>;
  #hasHeard = false;
  #losses = 0;
  #hasLoss = false;

  constructor(options: FellowshipOptions) {
    this.#options = options;
    this.#bucket = openBucket(options.bus, buckets.leases);
    const watching = this.#watch().then((watch) => {
      this.#hasHeard = watch !== undefined;
      return watch;
    });
    this.heard = watching.then(() => undefined);
    this.#running = this.#run(watching);
  }

  /** How many of these slots are this process's share; none before it has heard of its fellows. */
  shareOf(slots: number, nowMs: number = performance.now()): number {
    if (!this.#hasHeard) return 0;
    const fellows = this.#fellows(nowMs);
    const rank = fellows.indexOf(this.#options.producer);
    return Math.floor(slots / fellows.length) + (rank < slots % fellows.length ? 1 : 0);
  }

  /** This process has lost a link. */
  tellLoss(): void {
    this.#losses += 1;
    void this.#announce();
  }

  /** Whether a fellow has lost a link, or is gone without a word, since this was last asked. */
  takeLoss(nowMs: number = performance.now()): boolean {
    for (const [name, heard] of this.#heard) {
      if (name === this.#options.producer || isAlive(heard, nowMs)) continue;
      this.#heard.delete(name);
      this.#hasLoss = true;
    }
    const hasLoss = this.#hasLoss;
    this.#hasLoss = false;
    return hasLoss;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  /** By name, this process included. */
  #fellows(nowMs: number): readonly string[] {
    const { producer } = this.#options;
    const alive = [...this.#heard].filter(([, heard]) => isAlive(heard, nowMs));
    return [...new Set([producer, ...alive.map(([name]) => name)])].sort();
  }

  async #run(watching: Promise<AsyncDisposable | undefined>): Promise<void> {
    const { signal } = this.#ending;
    const watch = await watching;
    while (!signal.aborted) {
      await this.#announce();
      await pause(announceMs, signal);
    }
    await watch?.[Symbol.asyncDispose]();
    const { connector, producer } = this.#options;
    const giveUpAtMs = performance.now() + longestPauseMs;
    const key = connectorMemberKey(connector, producer);
    // Unanswered, it runs out.
    await this.#bucket.delete(key, undefined, { giveUpAtMs }).catch(() => undefined);
  }

  /** Undefined when the end came first. */
  async #watch(): Promise<AsyncDisposable | undefined> {
    const { signal } = this.#ending;
    const keys = connectorMemberKey(this.#options.connector, '*');
    while (!signal.aborted) {
      try {
        return await this.#bucket.watch(keys, (entry, key) => {
          const producer = key.slice(keys.length - 1);
          if (entry === undefined) this.#heard.delete(producer);
          else this.#hear(producer, Buffer.from(entry.value).toString());
        });
      } catch {
        await pause(longestPauseMs, signal);
      }
    }
    return undefined;
  }

  #hear(producer: string, told: string): void {
    const at = told.lastIndexOf(' ');
    const [identity, losses] = [told.slice(0, at), told.slice(at + 1)];
    const before = this.#heard.get(producer);
    if (producer !== this.#options.producer && before !== undefined && before.losses !== losses) {
      this.#hasLoss = true;
    }
    this.#heard.set(producer, { atMs: performance.now(), identity, losses });
  }

  async #announce(): Promise<void> {
    const { connector, producer, identity } = this.#options;
    const giveUpAtMs = performance.now() + announceMs;
    const key = connectorMemberKey(connector, producer);
    // Unheard, the others take our share: no harm is done.
    await this.#bucket
      .put(key, `${identity} ${this.#losses}`, { giveUpAtMs })
      .catch(() => undefined);
  }
}

function isAlive({ atMs, identity }: Heard, nowMs: number): boolean {
  return nowMs - atMs < leaseTtlMs && !hasEnded(identity);
}
