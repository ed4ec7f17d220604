// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Claim, Shelf, StoredPart } from './judge-shelf.ts';
import type { PartStore } from './part-store.ts';

/** The process has ended: nothing that it was about to do is done. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** What PARTS does, in memory: each place is taken once, and everything has its place in one order. */
export class PartsInMemory {
  readonly #shelves = new Map<string, { parts: Map<number, StoredPart>; claim?: Claim }>();
  #sequence = 0;

  /**
   * The stream as one process reaches it.
   *
   * @param step is awaited before and after everything that is done; it may throw
   */
  reachedBy(step: () => Promise<void>): PartStore {
    return {
      put: (group, number, part) =>
        between(step, () => {
          const { parts } = this.#shelfOf(group);
          if (!parts.has(number)) parts.set(number, { ...part, sequence: ++this.#sequence });
        }),
      claim: (group, by) =>
        between(step, () => {
          const shelf = this.#shelfOf(group);
          shelf.claim ??= { by, sequence: ++this.#sequence };
        }),
      read: (group) =>
        between(step, (): Shelf => {
          const { parts, ...rest } = this.#shelfOf(group);
          return { parts: new Map(parts), ...rest };
        }),
    };
  }

  #shelfOf(group: string): { parts: Map<number, StoredPart>; claim?: Claim } {
    const known = this.#shelves.get(group);
    if (known !== undefined) return known;
    const shelf = { parts: new Map<number, StoredPart>() };
    this.#shelves.set(group, shelf);
    return shelf;
  }
}

async function between<T>(step: () => Promise<void>, effect: () => T): Promise<T> {
  await step();
  const result = effect();
  await step();
  return result;
}
