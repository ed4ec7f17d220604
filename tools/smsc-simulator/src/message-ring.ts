// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** The last `capacity` values, each under a number that only grows. */
export class MessageRing<T> {
  readonly #slots: T[] = [];
  #capacity: number;
  #next = 1;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The number the latest value has; 0 before the first. */
  get last(): number {
    return this.#next - 1;
  }

  /** Keeps this many from now on; the oldest go first. */
  setCapacity(capacity: number): void {
    const kept = capacity === 0 ? [] : this.#inOrder().slice(-capacity);
    this.#slots.length = 0;
    this.#capacity = capacity;
    const first = this.#next - kept.length;
    kept.forEach((value, index) => (this.#slots[(first + index) % capacity] = value));
  }

  add(value: T): void {
    if (this.#capacity > 0) this.#slots[this.#next % this.#capacity] = value;
    this.#next += 1;
  }

  /** Gives a number to something that is not kept. */
  skip(): void {
    this.#next += 1;
  }

  /** Up to `limit` values with numbers above `after`, oldest first. */
  list(after: number, limit: number): readonly { readonly number: number; readonly value: T }[] {
    const found: { number: number; value: T }[] = [];
    const oldest = Math.max(1, this.#next - this.#capacity);
    for (let n = Math.max(oldest, after + 1); n < this.#next && found.length < limit; n += 1) {
      const value = this.#slots[n % this.#capacity];
      if (value !== undefined) found.push({ number: n, value });
    }
    return found;
  }

  /** Forgets the values; numbers go on. */
  clear(): void {
    this.#slots.fill(undefined as T);
  }

  #inOrder(): T[] {
    return this.list(0, this.#capacity).map(({ value }) => value);
  }
}
