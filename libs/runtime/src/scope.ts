// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Owns resources and releases them in the reverse of the order in which they were acquired, one
 * after the other: what was built on top of something goes before it.
 */
export class Scope implements AsyncDisposable {
  readonly #owned: AsyncDisposable[] = [];
  #isClosed = false;

  /** Takes the resource over and gives it back, so that acquiring stays one expression. */
  use<T extends AsyncDisposable>(resource: T): T {
    if (this.#isClosed) {
      // Who still acquires while all is torn down would leak: release at once.
      void Promise.resolve(resource[Symbol.asyncDispose]()).catch(() => undefined);
      throw new Error('the scope is closed: the service is stopping');
    }
    this.#owned.push(resource);
    return resource;
  }

  /** Registers an action instead of a resource. */
  defer(release: () => Promise<void> | void): void {
    this.use({
      async [Symbol.asyncDispose]() {
        await release();
      },
    });
  }

  /** Releases everything; a failure does not keep the rest from being released. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const failures: unknown[] = [];
    for (const resource of this.#owned.splice(0).reverse()) {
      try {
        await resource[Symbol.asyncDispose]();
      } catch (cause) {
        failures.push(cause);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'shutdown was not clean');
  }
}
