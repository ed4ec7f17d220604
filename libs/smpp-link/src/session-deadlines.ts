// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { DeadlineTimer } from './deadline-timer.ts';
import { Liveness } from './liveness.ts';
import type { PduWire } from './pdu-wire.ts';
import type { PendingRequests } from './pending-requests.ts';
import type { SessionOptions } from './session-options.ts';

/** What the deadlines of a session look at, and what they set off. */
export interface DeadlineParts {
  readonly wire: PduWire;
  readonly pending: PendingRequests;
  readonly options: Pick<SessionOptions, 'timers' | 'clock'>;
  /** Whether the session is bound, also while it drains: before and after, silence has other timers. */
  readonly isLive: () => boolean;
  /** Requests may have timed out. */
  readonly onExpired: () => void;
  /** enquire_link is due. */
  readonly onEnquire: () => void;
  /** The peer is given up. */
  readonly onSilent: (kind: 'silent' | 'inactive') => void;
}

/** While answers may wait in the socket unread, requests that are overdue are looked at this often. */
const overdueCheckMs = 500;

/** The response timers of all requests in flight and the watch on the peer's silence, on one timer. */
export class SessionDeadlines {
  readonly #parts: DeadlineParts;
  readonly #liveness: Liveness;
  readonly #timer: DeadlineTimer;
  #isCancelled = false;

  constructor(parts: DeadlineParts) {
    this.#parts = parts;
    const { clock, timers } = parts.options;
    this.#liveness = new Liveness(timers, clock.monotonicMs());
    // Behind the next round of input: an answer that has arrived is not timed out for our own delay.
    this.#timer = new DeadlineTimer(clock, () => setImmediate(() => this.#onDue()));
  }

  /** A PDU came. */
  heard(): void {
    this.#liveness.heard(this.#parts.options.clock.monotonicMs());
  }

  /** The session is bound: silence counts from now on. */
  startWatch(): void {
    this.heard();
    this.#timer.ensure(this.#liveness.nextAtMs);
  }

  /** The deadline of a request sent now. */
  startResponse(): number {
    const { clock, timers } = this.#parts.options;
    const deadlineMs = clock.monotonicMs() + timers.responseMs;
    this.#timer.ensure(deadlineMs);
    return deadlineMs;
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#timer.cancel();
  }

  #onDue(): void {
    if (this.#isCancelled) return;
    const { options, pending, wire } = this.#parts;
    const nowMs = options.clock.monotonicMs();
    // While we do not read, answers may wait in the socket; but no longer than once again the time.
    pending.expire(nowMs - (wire.isBehind ? options.timers.responseMs : 0));
    this.#parts.onExpired();
    if (this.#parts.isLive()) this.#watchSilence(nowMs);
    if (this.#hasEnded()) return;
    const { nextDeadlineMs } = pending;
    this.#timer.ensure(nextDeadlineMs > nowMs ? nextDeadlineMs : nowMs + overdueCheckMs);
  }

  #watchSilence(nowMs: number): void {
    const { inactivityMs } = this.#parts.options.timers;
    const { stoppedSinceMs } = this.#parts.wire;
    // Silence while we do not read is ours; but what makes us not read must end some time.
    if (stoppedSinceMs !== undefined) this.#liveness.heard(nowMs);
    const isStuck = inactivityMs > 0 && nowMs - (stoppedSinceMs ?? nowMs) >= inactivityMs;
    const verdict = isStuck ? 'inactive' : this.#liveness.due(nowMs);
    if (verdict === 'silent' || verdict === 'inactive') this.#parts.onSilent(verdict);
    else this.#timer.ensure(this.#liveness.nextAtMs);
    if (verdict === 'enquire') this.#parts.onEnquire();
  }

  // Set by a call-back in between, which a type checker cannot see.
  #hasEnded(): boolean {
    return this.#isCancelled;
  }
}
