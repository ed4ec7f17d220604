// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** The last `size` keys that were added, at least; a set that forgets. */
export class RecentKeys {
  readonly #size: number;
  #newer = new Set<string>();
  #older = new Set<string>();

  constructor(size: number) {
    this.#size = size;
  }

  has(key: string): boolean {
    return this.#newer.has(key) || this.#older.has(key);
  }

  add(key: string): void {
    this.#newer.add(key);
    if (this.#newer.size < this.#size) return;
    this.#older = this.#newer;
    this.#newer = new Set();
  }
}
