// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

export interface EventuallyOptions {
  /** How long the assertion may go on failing. Default 20,000: only a failure ever takes so long. */
  readonly timeoutMs?: number;
  /** Pause between two tries. Default 20. */
  readonly intervalMs?: number;
  /** Ends the waiting after the current try; its reason is thrown. */
  readonly signal?: AbortSignal;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Runs the assertion until it no longer throws and returns what it returned. After the time-out the
 * last failure is thrown, with its own message, so that a test says what was wrong and not only that
 * time ran out. An assertion that never settles counts as failing.
 */
export const eventually = async <T>(
  assertion: () => T | Promise<T>,
  { timeoutMs = 20_000, intervalMs = 20, signal }: EventuallyOptions = {},
): Promise<T> => {
  const endsAt = performance.now() + timeoutMs;
  let lastFailure: unknown = new Error('The assertion never settled.');
  for (;;) {
    const outcome = await settle(assertion, endsAt - performance.now());
    if (outcome.kind === 'passed') return outcome.value;
    lastFailure = outcome.kind === 'failed' ? outcome.error : lastFailure;
    if (performance.now() >= endsAt) throw tooLate(lastFailure, timeoutMs);
    signal?.throwIfAborted();
    await pause(intervalMs);
  }
};

type Outcome<T> =
  | { readonly kind: 'passed'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'pending' };

const settle = async <T>(
  assertion: () => T | Promise<T>,
  remainingMs: number,
): Promise<Outcome<T>> => {
  let timer: NodeJS.Timeout | undefined;
  const ranOut = new Promise<Outcome<T>>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'pending' }), Math.max(remainingMs, 1));
  });
  const tried = (async (): Promise<Outcome<T>> => {
    try {
      return { kind: 'passed', value: await assertion() };
    } catch (error) {
      return { kind: 'failed', error };
    }
  })();
  const outcome = await Promise.race([tried, ranOut]);
  clearTimeout(timer);
  return outcome;
};

const tooLate = (lastFailure: unknown, timeoutMs: number): Error => {
  const message = lastFailure instanceof Error ? lastFailure.message : String(lastFailure);
  return new Error(`still failing after ${timeoutMs} ms: ${message}`, { cause: lastFailure });
};
