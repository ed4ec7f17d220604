// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
interface Entry {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

const isBefore = (a: Entry, b: Entry): boolean =>
  a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

/**
 * What is to be done later, in order of time and then of entry, on one timer: a timer for each of
 * ten thousand answers a second would cost more than the answers, and would not keep their order.
 */
export class Agenda {
  readonly #heap: Entry[] = [];
  #order = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerDueMs = Infinity;

  /** Milliseconds on the clock that `at` is measured by. */
  now(): number {
    return performance.now();
  }

  /** Runs `run` at `dueMs` or as soon after as possible, never within this call. */
  at(dueMs: number, run: () => void): void {
    this.#push({ dueMs, order: this.#order++, run });
    this.#arm();
  }

  /** Forgets everything; nothing runs any more until the next `at`. */
  clear(): void {
    this.#heap.length = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerDueMs = Infinity;
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || first.dueMs >= this.#timerDueMs) return;
    clearTimeout(this.#timer);
    this.#timerDueMs = first.dueMs;
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, first.dueMs - this.now()));
  }

  #tick(): void {
    this.#timerDueMs = Infinity;
    const nowMs = this.now();
    const last = this.#order;
    let first = this.#heap[0];
    // What these add themselves waits for the next turn, else two entries could starve the sockets.
    while (first !== undefined && first.dueMs <= nowMs && first.order < last) {
      this.#pop();
      first.run();
      first = this.#heap[0];
    }
    this.#arm();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const entry = heap.pop();
    if (entry === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const right = heap[child + 1];
      const left = heap[child];
      if (left === undefined) break;
      if (right !== undefined && isBefore(right, left)) child += 1;
      const smaller = heap[child];
      if (smaller === undefined || !isBefore(smaller, entry)) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = entry;
  }
}
