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
 *    hands may still be on the thing for a while after the lease has ended. A record is changed only
 *    against its revision, so a late release never speaks for a later holder. The record of one whose
 *    end is unknown stays until `claim`: whatever happens to who waits for it, the doubt remains.
 */
import { nuid } from '@nats-io/transport-node';
import { pause } from '@sendium/runtime';
import { TransientError } from './errors.ts';
import type { KeyValueBucket, KeyValueEntry } from './key-value.ts';

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
  /**
   * Whether it is certain that nothing of that holder is left: then its lease need not run out. Where left
   * out, nothing is certain.
   */
  readonly isGone?: (holder: string) => boolean;
}

/** How the one before ended: in order (or there was none), surely dead, or nobody knows. */
export type LeaseEnd = 'released' | 'gone' | 'unknown';

/** A lease that was acquired. */
export interface Lease {
  readonly key: string;
  /** False when the one before ended without releasing: killed, stalled, or cut off. */
  readonly wasReleasedInOrder: boolean;
  /** How the one before ended. */
  readonly previousEnd: LeaseEnd;
  /** By `performance.now()`: until then it is held, unless it is released. Moves with each renewal. */
  readonly heldUntilMs: number;
  /**
   * After a previous end that was unknown: says that nothing of the one before is left by now, and that
   * from here on it is this holder's hands that count. To be called before what is licensed is used.
   *
   * @throws {TransientError | UnavailableError} NATS did not answer
   */
  claim(): Promise<void>;
  /** Whether it is held at that time, by `performance.now()`; to be asked before each use. */
  isHeld(nowMs?: number): boolean;
  /**
   * Ends it; the key is free at once. Safe to call at any time, also after the lease was lost.
   *
   * @param options.inOrder false where something may be left that the next one must wait for: the record
   * then stays. Default true.
   * @throws {UnavailableError} NATS did not answer; what was not released runs out
   */
  release(options?: { readonly inOrder?: boolean }): Promise<void>;
}

// Of the TTL: renewed at each quarter; `onLost` at 70 %; over for the holder at 90 %.
const renewShare = 0.25;
const lostShare = 0.7;
const heldShare = 0.9;

class HeldLease implements Lease {
  readonly key: string;
  readonly previousEnd: LeaseEnd;
  #recordRevision: number;
  readonly #options: LeaseOptions;
  readonly #value: string;
  readonly #ended = new AbortController();
  #revision: number;
  #renewedAtMs: number;

  constructor(options: LeaseOptions, acquired: Acquired) {
    this.key = options.key;
    this.previousEnd = acquired.previousEnd;
    this.#recordRevision = acquired.recordRevision;
    this.#options = options;
    this.#value = acquired.value;
    this.#revision = acquired.revision;
    this.#renewedAtMs = acquired.atMs;
    void this.#keep();
  }

  get wasReleasedInOrder(): boolean {
    return this.previousEnd === 'released';
  }

  get heldUntilMs(): number {
    return this.#renewedAtMs + this.#options.ttlMs * heldShare;
  }

  isHeld(nowMs: number = performance.now()): boolean {
    return !this.#ended.signal.aborted && nowMs < this.heldUntilMs;
  }

  async claim(): Promise<void> {
    const { records, key, holder, ttlMs } = this.#options;
    const giveUpAtMs = performance.now() + ttlMs * lostShare;
    const record = await records.get(key);
    const held = heldBy(holder);
    const revision = await records.update(key, held, record?.revision ?? 0, { giveUpAtMs });
    // The one before has said just now that it is done.
    if (revision === undefined) throw new TransientError('The record was changed meanwhile.');
    this.#recordRevision = revision;
  }

  async release({ inOrder = true } = {}): Promise<void> {
    const { bucket, records, key, ttlMs } = this.#options;
    this.#ended.abort();
    const giveUpAtMs = performance.now() + ttlMs;
    // The record first: who finds the key free must find it as well.
    if (inOrder) await records.update(key, released, this.#recordRevision, { giveUpAtMs });
    await bucket.delete(key, this.#revision, { giveUpAtMs });
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
  readonly previousEnd: LeaseEnd;
  readonly recordRevision: number;
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
  const revision =
    (await bucket.create(key, value, { giveUpAtMs })) ??
    (await inherit(options, value, giveUpAtMs));
  if (revision === undefined) return undefined;
  const record = await records.get(key);
  const previousEnd = endOf(record?.value, options);
  const recordRevision = await enter(options, previousEnd, record, giveUpAtMs);
  if (recordRevision === undefined) {
    await bucket.delete(key, revision, { giveUpAtMs });
    return undefined;
  }
  return new HeldLease(options, { value, revision, atMs, previousEnd, recordRevision });
}

/** Writes down who holds the key, unless who held it before is still in doubt. */
async function enter(
  { records, key, holder }: LeaseOptions,
  previousEnd: LeaseEnd,
  record: KeyValueEntry | undefined,
  giveUpAtMs: number,
): Promise<number | undefined> {
  const revision = record?.revision ?? 0;
  if (previousEnd === 'unknown') return revision;
  // Against the revision that was read: a release that comes just now must not be overwritten unseen.
  return records.update(key, heldBy(holder), revision, { giveUpAtMs });
}

function heldBy(holder: string): string {
  return JSON.stringify({ state: 'held', holder });
}

/** Takes the key over from a holder that is gone. */
async function inherit(
  { bucket, key, isGone }: LeaseOptions,
  value: string,
  giveUpAtMs: number,
): Promise<number | undefined> {
  const entry = isGone === undefined ? undefined : await bucket.get(key);
  const holder = holderOf(entry?.value);
  if (entry === undefined || holder === undefined || isGone?.(holder) !== true) return undefined;
  return bucket.update(key, value, entry.revision, { giveUpAtMs });
}

function endOf(record: Uint8Array | undefined, { isGone }: LeaseOptions): LeaseEnd {
  if (record === undefined || Buffer.from(record).toString() === released) return 'released';
  const holder = holderOf(record);
  return holder !== undefined && isGone?.(holder) === true ? 'gone' : 'unknown';
}

function holderOf(octets: Uint8Array | undefined): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(octets ?? []).toString());
    if (typeof value !== 'object' || value === null || !('holder' in value)) return undefined;
    return typeof value.holder === 'string' ? value.holder : undefined;
  } catch {
    return undefined;
  }
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
