// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** A part of a long message. */
export interface LongPart<T> {
  readonly item: T;
  /** The same each time that the item is worked on, and no other item's. */
  readonly id: string;
  /** Digest of all that the parts of one message have in common. */
  readonly family: string;
  /** 1 to `total`. */
  readonly number: number;
  readonly total: number;
}

/** The parts of a message, in order, one of each number; incomplete where some did not come in time. */
export interface Gathered<T> {
  readonly parts: readonly { readonly number: number; readonly item: T }[];
  readonly total: number;
}
