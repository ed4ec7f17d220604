// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** Work of one name is done one after the other, in the order in which it was given. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Resolves or rejects as the work does, which begins when all before it of this name have ended. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.#last.get(name) ?? Promise.resolve()).then(work);
    const ended = mine.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(name, ended);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === ended) this.#last.delete(name);
    }
  }

  /** Names with work that has not ended. */
  get size(): number {
    return this.#last.size;
  }
}
