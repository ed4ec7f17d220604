// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** An event of a message, where it stands among those of its message. */
export interface MessageEvent {
  /** The message; undefined for what has no order. */
  readonly messageId: string | undefined;
  readonly sequence: number;
}

interface Waiting {
  readonly sequence: number;
  readonly dueAtMs: number;
}

/** What should have come long ago went to another process. */
const graceMs = 30_000;
const againMs = 1000;

/**
 * Which events of which messages wait in LATER for which endpoint, as far as is remembered: so that a later
 * event of the same message goes behind them. Bounded over all endpoints: beyond, the oldest are forgotten.
 */
export class WaitingEvents {
  readonly #most: number;
  readonly #byMessage = new Map<string, readonly Waiting[]>();
  #lanes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#byMessage.size;
  }

  /** What waits for one endpoint. */
  lane(): WaitingLane {
    return new WaitingLane(this.#byMessage, this.#most, `${(++this.#lanes).toString(36)} `);
  }
}

/** What waits for one endpoint. */
export class WaitingLane {
  readonly #byMessage: Map<string, readonly Waiting[]>;
  readonly #most: number;
  readonly #prefix: string;

  /** Made by `WaitingEvents`. */
  constructor(byMessage: Map<string, readonly Waiting[]>, most: number, prefix: string) {
    this.#byMessage = byMessage;
    this.#most = most;
    this.#prefix = prefix;
  }

  /** It waits until then. */
  add({ messageId, sequence }: MessageEvent, dueAtMs: number): void {
    if (messageId === undefined) return;
    const key = this.#prefix + messageId;
    const others = this.#others(key, sequence);
    this.#byMessage.set(key, [...others, { sequence, dueAtMs }]);
    if (this.#byMessage.size <= this.#most) return;
    for (const oldest of this.#byMessage.keys()) {
      this.#byMessage.delete(oldest);
      break;
    }
  }

  /** It does not wait any more. */
  remove({ messageId, sequence }: MessageEvent): void {
    if (messageId === undefined || this.#byMessage.size === 0) return;
    const key = this.#prefix + messageId;
    if (!this.#byMessage.has(key)) return;
    const others = this.#others(key, sequence);
    if (others.length === 0) this.#byMessage.delete(key);
    else this.#byMessage.set(key, others);
  }

  /** Until when it is to wait because an earlier one does; undefined when it need not. */
  blockedUntilMs({ messageId, sequence }: MessageEvent, nowMs: number): number | undefined {
    if (messageId === undefined || this.#byMessage.size === 0) return undefined;
    let untilMs: number | undefined;
    for (const earlier of this.#byMessage.get(this.#prefix + messageId) ?? []) {
      if (earlier.sequence >= sequence || earlier.dueAtMs + graceMs < nowMs) continue;
      const behindMs = earlier.dueAtMs > nowMs ? earlier.dueAtMs + 1 : nowMs + againMs;
      untilMs = Math.max(untilMs ?? 0, behindMs);
    }
    return untilMs;
  }

  #others(key: string, sequence: number): readonly Waiting[] {
    const known = this.#byMessage.get(key) ?? [];
    return known.filter((waiting) => waiting.sequence !== sequence);
  }
}
