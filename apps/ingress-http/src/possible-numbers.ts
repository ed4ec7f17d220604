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

/** Builds the tables. The predicate takes an E.164 number as digits, without the plus. */
export function createPossibleNumbers(): PossibleNumbers {
  const totals = new Map<string, number>();
  for (const [callingCode, lengths] of numberings()) {
    const bits = lengths.reduce((set, length) => set | (1 << (length + callingCode.length)), 0);
    totals.set(callingCode, bits);
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

/** Calling code and the lengths of national numbers. */
type Numbering = readonly [callingCode: string, lengths: readonly number[]];

/** In the library's metadata a numbering plan is an array: calling code at 0, lengths at 3. */
type Plan = readonly [string, unknown, unknown, readonly number[]];

interface Plans {
  readonly country_calling_codes: Readonly<Record<string, readonly string[]>>;
  readonly countries: Readonly<Record<string, Plan>>;
  readonly nonGeographic: Readonly<Record<string, Plan>>;
}

/** Where countries share a code, the plan of the first one holds for all, as in the library. */
function numberings(): readonly Numbering[] {
  const { country_calling_codes: codes, countries, nonGeographic } = metadata as unknown as Plans;
  const plans = Object.values(codes).map(([main = '']) => countries[main]);
  return [...plans, ...Object.values(nonGeographic)].flatMap((plan) =>
    plan === undefined ? [] : [[plan[0], plan[3]] as const],
  );
}
