// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { DispatchItem } from '@sendium/contracts';
import type { Outlets } from './outlets.ts';

/**
 * Gives back to the router what waits for a connector that has left the configuration. It was never
 * submitted, so it goes on as the next attempt, with a word of where it waited in its history.
 */
export async function returnOrphan(
  item: DispatchItem,
  connector: string,
  nowMs: number,
  outlets: Outlets,
): Promise<void> {
  const { message, attempt, history } = item;
  await outlets.again({
    message,
    attempt: attempt + 1,
    history: [
      ...history,
      { attempt, connector, verdict: 'returned', commandStatus: 0, atMs: nowMs },
    ],
    partsDone: [],
  });
}
