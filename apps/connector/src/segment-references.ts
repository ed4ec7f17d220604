// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Message } from '@sendium/message';

/** Over all destinations: some ten megabytes. */
const maxReferences = 160_000;
/** Half of what 8 bits can tell apart. */
const recentPerDestination = 128;

/**
 * The reference that the parts of a long message carry: a digest of its id, so that the parts that go out
 * after a restart carry the one of those before. A handset joins by (sender, reference), so messages in a
 * row to one number must not share it: one that a recent neighbour has already is moved on.
 */
export class SegmentReferences {
  /** By destination and sender, least recently used first. */
  readonly #recent = new Map<string, Map<string, number>>();
  #size = 0;

  /**
   * @param bits of the field that will carry it: 8 or 16
   */
  referenceOf(message: Pick<Message, 'id' | 'to' | 'from'>, bits: 8 | 16): number {
    const neighbours = this.#neighboursOf(`${message.to.value} ${message.from.value}`);
    const known = neighbours.get(message.id);
    if (known !== undefined) return known;
    const mask = bits === 8 ? 0xff : 0xffff;
    const taken = new Set(neighbours.values());
    let reference = Number.parseInt(message.id.slice(28), 16) & mask;
    while (taken.has(reference)) reference = (reference + 1) & mask;
    neighbours.set(message.id, reference);
    this.#size += 1;
    this.#evict(neighbours);
    return reference;
  }

  /** How many references are remembered. */
  get size(): number {
    return this.#size;
  }

  #neighboursOf(key: string): Map<string, number> {
    const neighbours = this.#recent.get(key) ?? new Map<string, number>();
    this.#recent.delete(key);
    this.#recent.set(key, neighbours);
    return neighbours;
  }

  #evict(neighbours: Map<string, number>): void {
    if (neighbours.size > recentPerDestination) {
      const [oldest] = neighbours.keys();
      if (oldest !== undefined && neighbours.delete(oldest)) this.#size -= 1;
    }
    for (const [key, { size }] of this.#recent) {
      if (this.#size <= maxReferences) return;
      this.#recent.delete(key);
      this.#size -= size;
    }
  }
}
