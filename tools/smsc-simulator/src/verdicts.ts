// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { RateMeter } from './rate-meter.ts';
import type { Settings } from './settings.ts';
import { status } from './status.ts';

const zero = () => ({ accepted: 0, throttled: 0, rejected: 0, transient: 0 });

/** Decides what each submission is answered, and counts it. */
export class Verdicts {
  /** Numbers in [0, 1) from the seed. */
  readonly random: () => number;
  #rate = new RateMeter();
  #counts = zero();

  constructor(random: () => number) {
    this.random = random;
  }

  /** The command_status for a submission that came at `nowMs`. */
  decide(settings: Settings, nowMs: number): number {
    const { tpsLimit, throttleShare, rejectShare, transientShare } = settings;
    const isOver = tpsLimit > 0 && this.#rate.current(nowMs) >= tpsLimit;
    if (isOver || this.chance(throttleShare)) {
      this.#counts.throttled += 1;
      return status.throttled;
    }
    if (this.chance(rejectShare)) {
      this.#counts.rejected += 1;
      return settings.rejectStatus;
    }
    if (this.chance(transientShare)) {
      this.#counts.transient += 1;
      return settings.transientStatus;
    }
    if (tpsLimit > 0) this.#rate.add(nowMs);
    this.#counts.accepted += 1;
    return status.ok;
  }

  /** True for this share of all calls. */
  chance(share: number): boolean {
    return share > 0 && this.random() < share;
  }

  /** The final state of a message, by the weights of `receiptStats`. */
  stat({ receiptStats }: Settings): string {
    const entries = Object.entries(receiptStats);
    const single = entries.length === 1 ? entries[0] : undefined;
    if (single !== undefined) return single[0];
    let left = this.random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    const chosen = entries.find(([, weight]) => (left -= weight) < 0);
    return chosen?.[0] ?? 'DELIVRD';
  }

  stats(): ReturnType<typeof zero> {
    return { ...this.#counts };
  }

  clear(): void {
    this.#counts = zero();
    this.#rate = new RateMeter();
  }
}
