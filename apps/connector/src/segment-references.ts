// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Message } from '@sendium/message';

const maxDestinations = 10_000;
const recentPerDestination = 16;

/**
 * The reference that the parts of a long message carry: a digest of its id, so that the parts that go out
 * after a restart carry the one of those before. A handset joins by (sender, reference), so messages in a
 * row to one number must not share it: one that a recent neighbour has already is moved on.
 */
export class SegmentReferences {
  /** By destination and sender, least recently used first. */
  readonly #recent = new Map<string, Map<string, number>>();

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
    evictOldest(neighbours, recentPerDestination);
    return reference;
  }

  #neighboursOf(key: string): Map<string, number> {
    const neighbours = this.#recent.get(key) ?? new Map<string, number>();
    this.#recent.delete(key);
    this.#recent.set(key, neighbours);
    evictOldest(this.#recent, maxDestinations);
    return neighbours;
  }
}

function evictOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
