// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Leases: at most one holder of a key at a time, also while processes stop, stall or are cut off.
 * Invariants:
 * 1. The server forgets a lease one bucket TTL after its last renewal reached it. The holder counts from
 *    before it sent that renewal, by a monotonic clock, and stops earlier: `isHeld` turns false before
 *    anybody else can acquire, whatever was lost or late on the way.
 * 2. `onLost` comes before that moment when the process runs at all; one that was stopped learns it from
 *    `isHeld`, so whoever holds a lease asks before each use of what it licenses.
 * 3. Whether the one before released in order is known from a record that does not expire: when not, its
 *    hands may still be on the thing for a while after the lease has ended.
 */
import { nuid } from '@nats-io/transport-node';
import { TransientError } from './errors.ts';
import type { KeyValueBucket } from './key-value.ts';
import { pause } from './pause.ts';

export interface LeaseOptions {
  /** A bucket with a TTL. */
  readonly bucket: KeyValueBucket;
  /** A bucket without TTL, where it is written down who held the key and whether it was released. */
  readonly records: KeyValueBucket;
  readonly key: string;
  /** Who holds it, for operators; needs not be unique. */
  readonly holder: string;
  /** The bucket's TTL. */
  readonly ttlMs: number;
  /** Called once when the lease cannot be kept, before it ends; not after `release`. */
  readonly onLost: (reason: string) => void;
}

/** A lease that was acquired. */
export interface Lease {
  readonly key: string;
  /** False when the one before ended without releasing: killed, stalled, or cut off. */
  readonly wasReleasedInOrder: boolean;
  /** By `performance.now()`: until then it is held, unless it is released. Moves with each renewal. */
  readonly heldUntilMs: number;
  /** Whether it is held at that time, by `performance.now()`; to be asked before each use. */
  isHeld(nowMs?: number): boolean;
  /** Ends it; the key is free at once. Safe to call at any time, also after the lease was lost. */
  release(): Promise<void>;
}

// Of the TTL: renewed at each quarter; `onLost` at 70 %; over for the holder at 90 %.
const renewShare = 0.25;
const lostShare = 0.7;
const heldShare = 0.9;

class HeldLease implements Lease {
  readonly key: string;
  readonly wasReleasedInOrder: boolean;
  readonly #options: LeaseOptions;
  readonly #value: string;
  readonly #ended = new AbortController();
  #revision: number;
  #renewedAtMs: number;

  constructor(options: LeaseOptions, acquired: Acquired) {
    this.key = options.key;
    this.wasReleasedInOrder = acquired.wasReleasedInOrder;
    this.#options = options;
    this.#value = acquired.value;
    this.#revision = acquired.revision;
    this.#renewedAtMs = acquired.atMs;
    void this.#keep();
  }

  get heldUntilMs(): number {
    return this.#renewedAtMs + this.#options.ttlMs * heldShare;
  }

  isHeld(nowMs: number = performance.now()): boolean {
    return !this.#ended.signal.aborted && nowMs < this.heldUntilMs;
  }

  async release(): Promise<void> {
    const { bucket, records, key, ttlMs } = this.#options;
    this.#ended.abort();
    const giveUpAtMs = performance.now() + ttlMs;
    const isMine = await bucket.delete(key, this.#revision, { giveUpAtMs });
    if (isMine) await records.put(key, released, { giveUpAtMs });
  }

  async #keep(): Promise<void> {
    const { ttlMs } = this.#options;
    let problem: string | undefined;
    while (!this.#ended.signal.aborted && problem === undefined) {
      await pause(ttlMs * renewShare, this.#ended.signal);
      problem = await this.#renewInTime();
    }
    if (problem !== undefined) this.#lose(problem);
  }

  /** Renews, again and again until it must be called lost; undefined when it was renewed. */
  async #renewInTime(): Promise<string | undefined> {
    const lostAtMs = this.#renewedAtMs + this.#options.ttlMs * lostShare;
    while (performance.now() < lostAtMs && !this.#ended.signal.aborted) {
      try {
        const isRenewed = await withDeadline(this.#renewOnce(lostAtMs), lostAtMs);
        if (isRenewed) return undefined;
        return 'another holder has it';
      } catch {
        await pause(50, this.#ended.signal);
      }
    }
    return this.#ended.signal.aborted ? undefined : 'it could not be renewed in time';
  }

  async #renewOnce(giveUpAtMs: number): Promise<boolean> {
    const { bucket, key } = this.#options;
    const sentAtMs = performance.now();
    const updated = await bucket.update(key, this.#value, this.#revision, { giveUpAtMs });
    // The holder before may have been told "lost" by now, or have released.
    if (this.#ended.signal.aborted) return true;
    if (updated !== undefined) {
      this.#revision = updated;
      this.#renewedAtMs = sentAtMs;
      return true;
    }
    return this.#isOursNevertheless();
  }

  /** A renewal whose answer was lost has changed the revision; the next one then seems overtaken. */
  async #isOursNevertheless(): Promise<boolean> {
    const entry = await this.#options.bucket.get(this.key);
    if (entry === undefined || Buffer.from(entry.value).toString() !== this.#value) return false;
    this.#revision = entry.revision;
    throw new TransientError('The revision was renewed unnoticed.');
  }

  #lose(reason: string): void {
    if (this.#ended.signal.aborted) return;
    // Still held until `heldUntilMs`, so that the holder can end in order what it licenses.
    this.#options.bucket.bus.log.warn({ key: this.key, reason }, 'lease lost');
    this.#options.onLost(reason);
  }
}

interface Acquired {
  readonly value: string;
  readonly revision: number;
  readonly atMs: number;
  readonly wasReleasedInOrder: boolean;
}

const released = '{"state":"released"}';

/**
 * Acquires the key when nobody holds it; undefined when somebody does.
 *
 * @throws {TransientError} no answer; whatever was written expires by itself
 */
export async function acquireLease(options: LeaseOptions): Promise<Lease | undefined> {
  const { bucket, records, key, holder, ttlMs } = options;
  // The nonce tells our own renewals from those of another life of the same process.
  const value = JSON.stringify({ holder, nonce: nuid.next() });
  const atMs = performance.now();
  const giveUpAtMs = atMs + ttlMs * lostShare;
  const revision = await bucket.create(key, value, { giveUpAtMs });
  if (revision === undefined) return undefined;
  const record = await records.get(key);
  const wasReleasedInOrder =
    record === undefined || Buffer.from(record.value).toString() === released;
  await records.put(key, JSON.stringify({ state: 'held', holder }), { giveUpAtMs });
  return new HeldLease(options, { value, revision, atMs, wasReleasedInOrder });
}

/** Rejects when the time comes first; the work itself goes on. */
async function withDeadline<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  const done = new AbortController();
  const late = pause(deadlineMs - performance.now(), done.signal).then((): never => {
    throw new TransientError('Too late.');
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}
