// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** How many malformed PDUs a peer may send within a minute before the session ends. */
export class MalformedBudget {
  readonly #perMinute: number;
  readonly #seenAtMs: number[] = [];

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Counts one; false when it was one too many. */
  spend(nowMs: number): boolean {
    while (this.#seenAtMs[0] !== undefined && this.#seenAtMs[0] <= nowMs - 60_000) {
      this.#seenAtMs.shift();
    }
    if (this.#seenAtMs.length >= this.#perMinute) return false;
    this.#seenAtMs.push(nowMs);
    return true;
  }
}
