// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * The bind slots of one connector that this process holds.
 *
 * K1  A slot is opened only while its lease is held, and after one whose end is unknown only when
 *     `bindReleaseMs` has passed since: a process that was stopped cannot close its socket. Where it is
 *     certain that it has ended, the kernel has closed it, and `goneReleaseMs` is enough.
 * K2  A lease is given back in order only when nothing is left of the bind. While it was waited for
 *     another's end, that end stays in doubt for the next one.
 * K3  When a lease cannot be kept, its bind is closed before it ends.
 * K4  More than its share no process takes; what it has beyond, it hands over, one slot at a time, when
 *     the share has not changed for a while. Shares are about fairness alone: see `Fellowship`.
 */

import { acquireLease, openBucket, type Bus, type Lease } from '@sendium/bus';
import { bindSlotKey, buckets, leaseTtlMs } from '@sendium/contracts';
import { pause } from '@sendium/runtime';
import { hasEnded } from './process-identity.ts';

/** What a slot is to this process. */
export type SlotState = 'free' | 'waiting' | 'open' | 'closing';

/** What the keeper needs, and whom it tells. */
export interface SlotKeeperOptions {
  readonly bus: Bus;
  readonly connector: string;
  readonly slots: number;
  /** How long after its lease the bind of one whose end is unknown may still stand. */
  readonly bindReleaseMs: number;
  /** See `processIdentity`. */
  readonly identity: string;
  /** Resolves when `share` can be asked; it may be never, when the keeper ends first. */
  readonly ready: Promise<void>;
  /** How many slots this process should hold. */
  readonly share: () => number;
  /** The slot may be bound from now on; each use asks the lease. */
  readonly onOpen: (slot: number, lease: Lease) => void;
  /** Resolves when nothing is left of the slot's bind; `gently`: what is on its way may come to its end. */
  readonly close: (slot: number, how: 'gently' | 'soon') => Promise<void>;
}

interface HeldSlot {
  readonly lease: Lease;
  state: Exclude<SlotState, 'free'>;
  readonly lost: AbortController;
}

const stepMs = 500;
const steadyMs = 1_500;
/** NATS may be away: the end of a process does not wait for it. */
const longestReleaseMs = 1_000;
/** So long a bind may take to be gone at the carrier when the kernel has closed its socket. */
const goneReleaseMs = 1_000;

/** Holds this process's share of a connector's bind slots. */
export class SlotKeeper implements AsyncDisposable {
  readonly #options: SlotKeeperOptions;
  readonly #held = new Map<number, HeldSlot>();
  readonly #ending = new AbortController();
  readonly #busy = new Set<Promise<void>>();
  readonly #running: Promise<void>;
  #steady = { share: -1, sinceMs: 0 };

  constructor(options: SlotKeeperOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  stateOf(slot: number): SlotState {
    return this.#held.get(slot)?.state ?? 'free';
  }

  /** Slots that this process holds, in whatever state. */
  get size(): number {
    return this.#held.size;
  }

  /** Gives back all of them; what is still on its way is not waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#running;
    for (const slot of [...this.#held.keys()]) this.#giveBack(slot, 'soon');
    while (this.#busy.size > 0) await Promise.all(this.#busy);
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    const ended = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve());
    });
    await Promise.race([this.#options.ready, ended]);
    while (!signal.aborted) {
      // NATS may be away, or slow: the next step tries again.
      await this.#step().catch(() => undefined);
      await pause(stepMs, signal);
    }
  }

  async #step(): Promise<void> {
    const { slots, share: shareNow, bus } = this.#options;
    if (!bus.isConnected) return;
    const share = shareNow();
    for (let slot = 0; slot < slots && this.#held.size < share; slot += 1) {
      if (this.#ending.signal.aborted) return;
      if (!this.#held.has(slot)) await this.#acquire(slot);
    }
    if (this.#isSteady(share) && this.#keeping().length > share) this.#handOver();
  }

  #isSteady(share: number): boolean {
    const nowMs = performance.now();
    if (share !== this.#steady.share) this.#steady = { share, sinceMs: nowMs };
    return nowMs - this.#steady.sinceMs >= steadyMs;
  }

  #keeping(): readonly number[] {
    return [...this.#held].filter(([, { state }]) => state !== 'closing').map(([slot]) => slot);
  }

  /** One at a time, and first one that waits: it binds nobody yet. */
  #handOver(): void {
    const held = [...this.#held];
    if (held.some(([, { state }]) => state === 'closing')) return;
    const [slot] = held.find(([, { state }]) => state === 'waiting') ?? held.at(-1) ?? [];
    if (slot !== undefined) this.#giveBack(slot, 'gently');
  }

  async #acquire(slot: number): Promise<void> {
    const { bus, connector, identity } = this.#options;
    const lease = await acquireLease({
      bucket: openBucket(bus, buckets.leases),
      records: openBucket(bus, buckets.leaseRecords),
      key: bindSlotKey(connector, slot),
      holder: identity,
      ttlMs: leaseTtlMs,
      // Of this process itself: what it does not hold it has closed.
      isGone: (holder) => holder === identity || hasEnded(holder),
      onLost: () => {
        this.#giveBack(slot, 'soon');
      },
    });
    if (lease === undefined) return;
    const held: HeldSlot = { lease, state: 'waiting', lost: new AbortController() };
    this.#held.set(slot, held);
    this.#track(this.#open(slot, held));
  }

  /** K1. */
  async #open(slot: number, held: HeldSlot): Promise<void> {
    const { lease, lost } = held;
    await pause(this.#waitMs(lease), AbortSignal.any([lost.signal, this.#ending.signal]));
    while (this.#mayOpen(held) && lease.previousEnd === 'unknown') {
      try {
        await lease.claim();
        break;
      } catch {
        await pause(stepMs, lost.signal);
      }
    }
    if (!this.#mayOpen(held)) return;
    held.state = 'open';
    this.#options.onOpen(slot, lease);
  }

  #waitMs({ previousEnd }: Lease): number {
    const { bindReleaseMs } = this.#options;
    if (previousEnd === 'released') return 0;
    return previousEnd === 'gone' ? Math.min(bindReleaseMs, goneReleaseMs) : bindReleaseMs;
  }

  #mayOpen({ lost }: HeldSlot): boolean {
    return !lost.signal.aborted && !this.#ending.signal.aborted;
  }

  #giveBack(slot: number, how: 'gently' | 'soon'): void {
    const held = this.#held.get(slot);
    if (held === undefined) return;
    held.lost.abort();
    if (held.state === 'closing' && how === 'gently') return;
    const wasWaiting = held.state === 'waiting';
    held.state = 'closing';
    this.#track(this.#release(slot, held, wasWaiting ? undefined : how));
  }

  /** K2: nothing was bound where `how` is undefined. */
  async #release(slot: number, held: HeldSlot, how: 'gently' | 'soon' | undefined): Promise<void> {
    const { lease } = held;
    if (how !== undefined) await this.#options.close(slot, how);
    if (this.#held.get(slot) !== held) return;
    this.#held.delete(slot);
    const inOrder = how !== undefined || lease.previousEnd === 'released';
    // Unanswered, it runs out; whoever asks next is told that this process had it.
    const released = lease.release({ inOrder }).catch(() => undefined);
    await Promise.race([released, pause(longestReleaseMs, new AbortController().signal)]);
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#busy.delete(tracked));
    this.#busy.add(tracked);
  }
}
