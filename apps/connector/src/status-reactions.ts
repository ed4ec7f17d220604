// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Connector } from '@sendium/configuration';
import { repeatLast, type Reaction } from '@sendium/delivery';

/** A connector's own reactions to statuses, as its policy takes them. */
export function reactionsOf({
  statusPolicy,
  retryDelaysMs,
}: Pick<Connector, 'statusPolicy' | 'retryDelaysMs'>): ReadonlyMap<number, Reaction> {
  return new Map(
    [...statusPolicy].map(([status, reaction]): [number, Reaction] => {
      if (reaction.kind !== 'retry') return [status, reaction.kind];
      const { delaysMs = retryDelaysMs, attempts = delaysMs.length } = reaction;
      return [status, { retryDelaysMs: repeatLast(delaysMs, attempts) }];
    }),
  );
}
