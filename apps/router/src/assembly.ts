// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { InboundMessage } from '@sendium/contracts';

/** An SMS with as many of its parts as there are, by their numbers. */
export interface Assembly {
  /** At least one. */
  readonly parts: readonly { readonly number: number; readonly part: InboundMessage }[];
  /** How many there should be. */
  readonly total: number;
}

/** What joining must know of a part besides the part. */
export interface PartContext {
  /** Of the connector: the parts of one message may come over any connector of it. */
  readonly group: string;
  /** Whether a rule gives it to anyone. */
  readonly isWanted: boolean;
}

/**
 * Puts parts together. Resolves with the whole, or with undefined when somebody else goes on with the
 * part: it is kept, durably, until the others are there.
 */
export type Assemble = (
  part: InboundMessage,
  context: PartContext,
) => Promise<Assembly | undefined>;
