// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { HeldBatch } from './held-batches.ts';

/**
 * Which batch the next item comes from: that of the most urgent level that has one; sources of the same
 * level take turns. Decided anew for each item, so that an urgent batch overtakes one that is begun.
 */
export class HandOutOrder<T> {
  readonly #waiting: HeldBatch<T>[][];
  readonly #levels: { readonly sources: readonly number[]; turn: number }[];

  /** @param levels the level of each source; the lowest number is the most urgent */
  constructor(levels: readonly number[]) {
    this.#waiting = levels.map(() => []);
    const distinct = [...new Set(levels)].sort((a, b) => a - b);
    this.#levels = distinct.map((level) => ({
      sources: levels.flatMap((each, source) => (each === level ? [source] : [])),
      turn: 0,
    }));
  }

  add(batch: HeldBatch<T>): void {
    this.#waiting[batch.source]?.push(batch);
  }

  /** Batches of the source with items that are not handed out. */
  waitingOf(source: number): number {
    return this.#waiting[source]?.length ?? 0;
  }

  /** The batch of the next item; it stays until `remove`. */
  first(): HeldBatch<T> | undefined {
    for (const level of this.#levels) {
      for (let i = 0; i < level.sources.length; i++) {
        const at = (level.turn + i) % level.sources.length;
        const batch = this.#waiting[level.sources[at] ?? -1]?.[0];
        if (batch === undefined) continue;
        level.turn = at + 1;
        return batch;
      }
    }
    return undefined;
  }

  /** All its items are handed out, or it goes back. */
  remove(batch: HeldBatch<T>): void {
    const queue = this.#waiting[batch.source] ?? [];
    const at = queue.indexOf(batch);
    if (at !== -1) queue.splice(at, 1);
  }

  /** Takes out all batches of which no item was handed out. */
  takeUnbegun(): readonly HeldBatch<T>[] {
    return this.#waiting.flatMap((queue, source) => {
      this.#waiting[source] = queue.filter((batch) => batch.items !== undefined);
      return queue.filter((batch) => batch.items === undefined);
    });
  }
}
