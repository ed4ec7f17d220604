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

/**
 * Puts parts together. Resolves with the whole, or with undefined when the part is kept, durably, until
 * the others are there.
 */
export type Assemble = (part: InboundMessage) => Promise<Assembly | undefined>;

/** Each part is an SMS of its own. */
export const eachAlone: Assemble = (part) =>
  Promise.resolve({ parts: [{ number: 1, part }], total: 1 });
