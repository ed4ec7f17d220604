// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import metadata from 'libphonenumber-js/min/metadata';

/**
 * Whether a number can exist: its country calling code does, and its length is one that numbers of
 * that code have. Not whether it is assigned; carriers know that.
 *
 * The library needs some 50 µs for the same question, so its tables are condensed once at start:
 * calling code → set of possible lengths of the whole number, as bits.
 */
export type PossibleNumbers = (digits: string) => boolean;

interface Numbering {
  readonly callingCode: string;
  /** Lengths of the national number. */
  readonly lengths: readonly number[];
}

/** Builds the tables. The predicate takes an E.164 number as digits, without the plus. */
export function createPossibleNumbers(): PossibleNumbers {
  const totals = new Map<string, number>();
  for (const { callingCode, lengths } of numberings()) {
    const bits = lengths.reduce((set, length) => set | (1 << (length + callingCode.length)), 0);
    totals.set(callingCode, (totals.get(callingCode) ?? 0) | bits);
  }
  // No calling code is the beginning of another one.
  return (digits) => {
    for (let length = 1; length <= 3; length += 1) {
      const bits = totals.get(digits.slice(0, length));
      if (bits !== undefined) return (bits & (1 << digits.length)) !== 0;
    }
    return false;
  };
}

/** The library's metadata are arrays: calling code at 0, possible lengths at 3. */
function numberings(): readonly Numbering[] {
  const { countries, nonGeographic } = metadata as unknown as Record<
    'countries' | 'nonGeographic',
    Readonly<Record<string, readonly [string, unknown, unknown, readonly number[]]>>
  >;
  return [...Object.values(countries), ...Object.values(nonGeographic)].map((entry) => ({
    callingCode: entry[0],
    lengths: entry[3],
  }));
}
