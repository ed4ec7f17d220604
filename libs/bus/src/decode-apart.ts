// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { splitBatch } from '@sendium/contracts';

/** What could be decoded of a batch, and what could not, each with its error. */
export interface DecodedApart<T> {
  readonly items: readonly T[];
  readonly poison: readonly { readonly octets: Uint8Array; readonly error: unknown }[];
}

/**
 * Decodes a batch; where that fails, its items one by one, so that a wrong one takes no other along.
 * @param decode throws at a batch with anything wrong in it
 */
export function decodeApart<T>(
  octets: Uint8Array,
  decode: (octets: Uint8Array) => readonly T[],
): DecodedApart<T> {
  const whole = attempt(octets, decode);
  if (whole.poison.length === 0) return whole;
  const parts = splitBatch(octets)?.map((part) => attempt(part, decode));
  if (parts === undefined) return whole;
  return {
    items: parts.flatMap(({ items }) => items),
    poison: parts.flatMap(({ poison }) => poison),
  };
}

function attempt<T>(
  octets: Uint8Array,
  decode: (octets: Uint8Array) => readonly T[],
): DecodedApart<T> {
  try {
    return { items: decode(octets), poison: [] };
  } catch (error) {
    return { items: [], poison: [{ octets, error }] };
  }
}
