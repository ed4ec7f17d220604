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

test('agrees with the library for numbers of every calling code', () => {
  const codes = [...new Set(getCountries().map((country) => getCountryCallingCode(country)))].map(
    String,
  );
  const numbers = fc
    .tuple(fc.constantFrom(...codes), fc.stringMatching(/^[1-9]\d{3,13}$/))
    .map(([code, national]) => (code + national).slice(0, 15));
  fc.assert(
    fc.property(numbers, (digits) => {
      const parsed = parsePhoneNumberFromString(`+${digits}`);
      // The library also takes a national prefix or an international one within the number away.
      fc.pre(parsed !== undefined && parsed.number === `+${digits}`);
      expect(isPossible(digits)).toBe(parsed.isPossible());
    }),
    { numRuns: 2000 },
  );
});
