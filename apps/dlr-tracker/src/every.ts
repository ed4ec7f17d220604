// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { pause, type Logger } from '@sendium/runtime';

/**
 * Does something now, and again so long after each end of it. A failure is logged, and it is tried again
 * when the time comes. Disposing waits for what is under way.
 */
export function every(
  ms: number,
  action: (signal: AbortSignal) => Promise<void>,
  log: Logger,
): AsyncDisposable {
  const ended = new AbortController();
  const loop = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await action(ended.signal).catch((error: unknown) => {
        if (!ended.signal.aborted) log.warn({ err: error }, 'tried again later');
      });
      await pause(ms, ended.signal);
    }
  };
  const running = loop();
  return {
    async [Symbol.asyncDispose]() {
      ended.abort();
      await running;
    },
  };
}
