// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * How items of one type leave on one subject: the publisher gathers items and asks the channel for the
 * octets of the batch.
 */
export interface Channel<T> {
  readonly subject: string;
  /** The batch of these items, in order. */
  encode(items: readonly T[]): Uint8Array;
  /** The octets that the item adds to a batch, at most; cheap. */
  sizeOf(item: T): number;
  /** Items in one batch, where that is less than the publisher's own bound. */
  readonly maxItems?: number;
}
