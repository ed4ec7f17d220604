// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** What is remembered of one part of one attempt; 0 is nothing. */
export const partState = { unseen: 0, intended: 1, submitted: 2 } as const;
export type PartState = (typeof partState)[keyof typeof partState];

const wordsPerSlot = 3;
const smallest = 1024;

/**
 * A set of (message id, attempt, part) with two bits of state each, at 12 octets a slot: ten minutes of
 * 10,000 messages a second are six million of them, which a Map of strings would not bear.
 *
 * The key is the random half of the id (62 bits), the attempt (20 bits) and the part (8 bits): two
 * messages of these minutes share one with a probability of 10^-12, less than that of a bit flip.
 */
export class PartTable {
  #slots = new Uint32Array(smallest * wordsPerSlot);
  #mask = smallest - 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(messageId: string, attempt: number, part: number): PartState {
    const tag = tagOf(attempt, part);
    const at = this.#find(highOf(messageId), lowOf(messageId), tag);
    return ((this.#slots[at + 2] ?? 0) & 0xf) as PartState;
  }

  /** Remembers the state; a lower one never takes the place of a higher one. */
  raise(messageId: string, attempt: number, part: number, state: PartState): void {
    if (state !== partState.unseen) {
      this.#raise(highOf(messageId), lowOf(messageId), tagOf(attempt, part) | state);
    }
  }

  #raise(high: number, low: number, tagged: number): void {
    const at = this.#find(high, low, tagged);
    const known = this.#slots[at + 2] ?? 0;
    if (known === 0) {
      this.#slots[at] = high;
      this.#slots[at + 1] = low;
      this.#slots[at + 2] = tagged;
      this.#size += 1;
      if (this.#size * 5 > (this.#mask + 1) * 3) this.#grow();
    } else if ((known & 0xf) < (tagged & 0xf)) this.#slots[at + 2] = tagged;
  }

  /** Where the key is, or the free slot where it would go. */
  #find(high: number, low: number, tag: number): number {
    const slots = this.#slots;
    const mixed = Math.imul(high ^ Math.imul(low, 0x9e37_79b1) ^ (tag >>> 4), 0x85eb_ca6b);
    let slot = (mixed ^ (mixed >>> 15)) & this.#mask;
    for (;;) {
      const at = slot * wordsPerSlot;
      const known = slots[at + 2] ?? 0;
      if (known === 0) return at;
      if ((known ^ tag) >>> 4 === 0 && slots[at] === high && slots[at + 1] === low) return at;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    const capacity = (this.#mask + 1) * 2;
    this.#slots = new Uint32Array(capacity * wordsPerSlot);
    this.#mask = capacity - 1;
    this.#size = 0;
    for (let at = 0; at < old.length; at += wordsPerSlot) {
      const tagged = old[at + 2] ?? 0;
      if (tagged !== 0) this.#raise(old[at] ?? 0, old[at + 1] ?? 0, tagged);
    }
  }
}

const highOf = (id: string): number => Number.parseInt(id.slice(16, 24), 16);
const lowOf = (id: string): number => Number.parseInt(id.slice(24, 32), 16);
const tagOf = (attempt: number, part: number): number =>
  (((attempt & 0xf_ffff) << 12) | ((part & 0xff) << 4)) >>> 0;
