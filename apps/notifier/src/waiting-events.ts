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
 * Which events of which messages wait in LATER for one endpoint, as far as is remembered: so that a later
 * event of the same message goes behind them. Bounded: beyond, the oldest are forgotten.
 */
export class WaitingEvents {
  readonly #most: number;
  readonly #byMessage = new Map<string, readonly Waiting[]>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#byMessage.size;
  }

  /** It waits until then. */
  add({ messageId, sequence }: MessageEvent, dueAtMs: number): void {
    if (messageId === undefined) return;
    const others = this.#others(messageId, sequence);
    this.#byMessage.set(messageId, [...others, { sequence, dueAtMs }]);
    if (this.#byMessage.size <= this.#most) return;
    for (const oldest of this.#byMessage.keys()) {
      this.#byMessage.delete(oldest);
      break;
    }
  }

  /** It does not wait any more. */
  remove({ messageId, sequence }: MessageEvent): void {
    if (messageId === undefined || !this.#byMessage.has(messageId)) return;
    const others = this.#others(messageId, sequence);
    if (others.length === 0) this.#byMessage.delete(messageId);
    else this.#byMessage.set(messageId, others);
  }

  /** Until when it is to wait because an earlier one does; undefined when it need not. */
  blockedUntilMs({ messageId, sequence }: MessageEvent, nowMs: number): number | undefined {
    if (messageId === undefined) return undefined;
    let untilMs: number | undefined;
    for (const earlier of this.#byMessage.get(messageId) ?? []) {
      if (earlier.sequence >= sequence || earlier.dueAtMs + graceMs < nowMs) continue;
      const behindMs = earlier.dueAtMs > nowMs ? earlier.dueAtMs + 1 : nowMs + againMs;
      untilMs = Math.max(untilMs ?? 0, behindMs);
    }
    return untilMs;
  }

  #others(messageId: string, sequence: number): readonly Waiting[] {
    const known = this.#byMessage.get(messageId) ?? [];
    return known.filter((waiting) => waiting.sequence !== sequence);
  }
}
