// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/min';
import { createPossibleNumbers } from './possible-numbers.ts';

const isPossible = createPossibleNumbers();

test.each(['447700900123', '12025550123', '4915123456789', '390612345678', '870773111632'])(
  'takes +%s as possible',
  (digits) => expect(isPossible(digits)).toBe(true),
);

test.each(['44770090012345', '1202555', '999123456789', '21', '', '4407700900123', '0123456789'])(
  'takes +%s as impossible',
  (digits) => expect(isPossible(digits)).toBe(false),
);

/** Calling codes, and how many countries have each. */
const countriesOf = new Map<string, number>();
for (const country of getCountries()) {
  const code: string = getCountryCallingCode(country);
  countriesOf.set(code, (countriesOf.get(code) ?? 0) + 1);
}

test('agrees with the library for numbers of every calling code', () => {
  const codes = [...countriesOf.keys()];
  const numbers = fc
    .tuple(fc.constantFrom(...codes), fc.stringMatching(/^[1-9]\d{3,13}$/))
    .map(([code, national]) => [code, (code + national).slice(0, 15)] as const);
  fc.assert(
    fc.property(numbers, ([code, digits]) => {
      const parsed = parsePhoneNumberFromString(`+${digits}`);
      // The library also takes a national prefix or an international one within the number away.
      fc.pre(parsed !== undefined && parsed.number === `+${digits}`);
      // Countries that share a code are told apart by leading digits that change faster than lengths do:
      // there a length is possible when it is for any of them.
      if (parsed.isPossible()) expect(isPossible(digits)).toBe(true);
      else if (countriesOf.get(code) === 1) expect(isPossible(digits)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});
