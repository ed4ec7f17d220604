// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { LinkClock } from './link-clock.ts';
import { systemLinkClock } from './link-clock.ts';

/** How much is borne from those nobody knows yet. */
export interface GateLimits {
  /** Unbound connections of one address. */
  readonly maxUnboundPerAddress: number;
  /** Unbound connections of all addresses. */
  readonly maxUnbound: number;
  /** Failed binds of one address within a minute at which it is closed to new connections. */
  readonly maxFailedBindsPerMinute: number;
  /** For how long. */
  readonly blockMs: number;
}

/** Limits where nothing else is asked for. */
export const defaultGateLimits: GateLimits = {
  maxUnboundPerAddress: 100,
  maxUnbound: 1_000,
  maxFailedBindsPerMinute: 20,
  blockMs: 60_000,
};

/** A connection that went through the gate. Every call may come at any time and more than once. */
export interface Admission {
  readonly address: string;
  /** It is bound: it counts no longer as a stranger. */
  bound(): void;
  /** A bind was refused for its credentials. */
  bindFailed(): void;
  /** The connection has ended. */
  left(): void;
}

const minuteMs = 60_000;

/** What is known of one address: gone when it has no connection and no recent failure. */
interface AddressRecord {
  /** In the order they came. */
  readonly unbound: Set<Stranger>;
  failedAtMs: number[];
  blockedUntilMs: number;
}

interface Stranger {
  readonly address: string;
  readonly close: () => void;
}

/**
 * Stands before the sessions of a server. Invariants:
 *
 * 1. There are never more unbound connections than the limits say, neither of one address nor in all:
 *    one more closes the oldest (of its address, or of all), so that who floods closes his own first
 *    and can keep nobody else out for long.
 * 2. An address that fails too often is closed to new connections, its standing ones and every account
 *    stay: locking an account would be a way to deny it to its owner.
 * 3. Memory is bounded by the unbound connections and the addresses that failed within the last
 *    minute or are blocked.
 */
export class ConnectionGate {
  readonly #limits: GateLimits;
  readonly #clock: LinkClock;
  readonly #addresses = new Map<string, AddressRecord>();
  readonly #unbound = new Set<Stranger>();
  #sweptAtMs: number;

  constructor(limits: Partial<GateLimits> = {}, clock: LinkClock = systemLinkClock) {
    this.#limits = { ...defaultGateLimits, ...limits };
    this.#clock = clock;
    this.#sweptAtMs = clock.monotonicMs();
  }

  /** How many connections are not bound. */
  get unbound(): number {
    return this.#unbound.size;
  }

  /** Of how many addresses something is remembered. */
  get addresses(): number {
    return this.#addresses.size;
  }

  /** Whether this address is closed to new connections now. */
  isBlocked(address: string): boolean {
    const record = this.#addresses.get(address);
    return record !== undefined && record.blockedUntilMs > this.#clock.monotonicMs();
  }

  /**
   * Takes a new connection of this address in, or gives undefined: then the caller closes it. `close`
   * is called when it has to make room for a newer one while it is not bound.
   */
  enter(address: string, close: () => void): Admission | undefined {
    this.#sweep();
    if (this.isBlocked(address)) return undefined;
    const record = this.#recordOf(address);
    if (record.unbound.size >= this.#limits.maxUnboundPerAddress) this.#closeOldest(record.unbound);
    if (this.#unbound.size >= this.#limits.maxUnbound) this.#closeOldest(this.#unbound);
    const stranger: Stranger = { address, close };
    this.#recordOf(address).unbound.add(stranger);
    this.#unbound.add(stranger);
    const forget = () => this.#forget(stranger);
    return { address, bound: forget, left: forget, bindFailed: () => this.#fail(address) };
  }

  #closeOldest(strangers: ReadonlySet<Stranger>): void {
    for (const stranger of strangers) {
      this.#forget(stranger);
      stranger.close();
      return;
    }
  }

  #forget(stranger: Stranger): void {
    if (!this.#unbound.delete(stranger)) return;
    const record = this.#addresses.get(stranger.address);
    record?.unbound.delete(stranger);
    if (record !== undefined) this.#dropIfIdle(stranger.address, record);
  }

  #fail(address: string): void {
    const nowMs = this.#clock.monotonicMs();
    const record = this.#recordOf(address);
    record.failedAtMs = record.failedAtMs.filter((atMs) => atMs > nowMs - minuteMs);
    record.failedAtMs.push(nowMs);
    if (record.failedAtMs.length < this.#limits.maxFailedBindsPerMinute) return;
    record.failedAtMs = [];
    record.blockedUntilMs = nowMs + this.#limits.blockMs;
  }

  #recordOf(address: string): AddressRecord {
    const known = this.#addresses.get(address);
    if (known !== undefined) return known;
    const record: AddressRecord = {
      unbound: new Set(),
      failedAtMs: [],
      blockedUntilMs: -Infinity,
    };
    this.#addresses.set(address, record);
    return record;
  }

  /** Once a minute: who came from many addresses and is gone leaves nothing behind. */
  #sweep(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#sweptAtMs < minuteMs) return;
    this.#sweptAtMs = nowMs;
    for (const [address, record] of this.#addresses) this.#dropIfIdle(address, record);
  }

  #dropIfIdle(address: string, record: AddressRecord): void {
    const nowMs = this.#clock.monotonicMs();
    const hasFailed = (record.failedAtMs.at(-1) ?? -Infinity) > nowMs - minuteMs;
    if (record.unbound.size > 0 || hasFailed || record.blockedUntilMs > nowMs) return;
    this.#addresses.delete(address);
  }
}
