// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** How fast a service that dies comes back. */
export interface BackoffOptions {
  /** Pause before the second restart in a row; doubles from there. */
  readonly firstMs: number;
  readonly maxMs: number;
  /** A service that ran this long has recovered: its next death is again the first. */
  readonly resetAfterMs: number;
}

export const defaultBackoff: BackoffOptions = { firstMs: 500, maxMs: 10_000, resetAfterMs: 5_000 };

/** Counts deaths in a row and says how long to wait: not at all, then longer and longer. */
export class Backoff {
  readonly #options: BackoffOptions;
  #deaths = 0;

  constructor(options: BackoffOptions = defaultBackoff) {
    this.#options = options;
  }

  /** Takes note of a death after this time of running; returns the pause before the restart. */
  next(ranMs: number): number {
    const { firstMs, maxMs, resetAfterMs } = this.#options;
    if (ranMs >= resetAfterMs) this.#deaths = 0;
    const pauseMs = this.#deaths === 0 ? 0 : Math.min(firstMs * 2 ** (this.#deaths - 1), maxMs);
    this.#deaths += 1;
    return pauseMs;
  }
}
