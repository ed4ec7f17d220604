// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** When a silent peer is asked, and when it is given up. 0 switches a timer off. */
export interface LivenessTimers {
  readonly enquireLinkMs: number;
  readonly maxMissedEnquireLinks: number;
  readonly inactivityMs: number;
}

/** What silence calls for now. */
export type LivenessVerdict = 'wait' | 'enquire' | 'silent' | 'inactive';

/** Watches the time since the last PDU of the peer (SMPP 3.4, 7.2: enquire_link and inactivity timers). */
export class Liveness {
  readonly #timers: LivenessTimers;
  #heardAtMs: number;
  #enquiries = 0;

  constructor(timers: LivenessTimers, nowMs: number) {
    this.#timers = timers;
    this.#heardAtMs = nowMs;
  }

  /** A PDU came, whichever. */
  heard(nowMs: number): void {
    this.#heardAtMs = nowMs;
    this.#enquiries = 0;
  }

  /** When to ask `due` again. */
  get nextAtMs(): number {
    const { enquireLinkMs, inactivityMs } = this.#timers;
    const enquireAt = enquireLinkMs > 0 ? enquireLinkMs * (this.#enquiries + 1) : Infinity;
    const giveUpAt = inactivityMs > 0 ? inactivityMs : Infinity;
    return this.#heardAtMs + Math.min(enquireAt, giveUpAt);
  }

  /** What is due; `enquire` counts the enquire_link the caller now sends. */
  due(nowMs: number): LivenessVerdict {
    const { enquireLinkMs, maxMissedEnquireLinks, inactivityMs } = this.#timers;
    const silentMs = nowMs - this.#heardAtMs;
    if (inactivityMs > 0 && silentMs >= inactivityMs) return 'inactive';
    if (enquireLinkMs === 0 || silentMs < enquireLinkMs * (this.#enquiries + 1)) return 'wait';
    if (this.#enquiries >= maxMissedEnquireLinks) return 'silent';
    this.#enquiries += 1;
    return 'enquire';
  }
}
