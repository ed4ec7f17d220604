// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { partCapacity, singleCapacity } from './capacity.ts';
import type { LongMessage } from './capacity.ts';
import { gsm7Alphabet, gsm7AlphabetOf } from './gsm7-alphabet.ts';
import type { Gsm7Alphabet } from './gsm7-alphabet.ts';
import { lockingTables } from './gsm7-tables.ts';
import { countSeptets, findNotGsm7 } from './gsm7.ts';
import { lookAlikes } from './look-alikes.ts';
import { shiftElements } from './national-language.ts';
import type { NationalLanguage, Shift } from './national-language.ts';
import { smarten } from './smart-encoding.ts';
import type { SmartText } from './smart-encoding.ts';
import { splitText } from './split-text.ts';
import { elementOctets } from './udh.ts';

/** What may be done to make a text fit, and what decides between the ways. */
export interface AllowedTables {
  readonly languages: readonly NationalLanguage[];
  readonly isSmart: boolean;
  readonly longMessage: LongMessage;
  readonly elementOctets: number;
}

/** A text in GSM-7, and the tables that it needs. */
export interface AlphabetFit extends SmartText {
  readonly alphabet: Gsm7Alphabet;
  readonly units: number;
}

/**
 * The tables of GSM-7 that carry a text: the general ones where they do; else, of the languages
 * allowed, those with the fewest parts, then with the fewest replacements. Of equals the first
 * counts: a single shift before a locking one, since a handset without it shows the letter without
 * its mark instead of another letter. Look-alikes are the last resort.
 * @param text in normal form C
 */
export function chooseAlphabet(text: string, allowed: AllowedTables): AlphabetFit | undefined {
  const national = shiftsOf(allowed.languages).map(gsm7AlphabetOf);
  const ways = allowed.isSmart ? [asItIs, smarten] : [asItIs];
  for (const way of ways) {
    const fit =
      fitBest(text, [gsm7Alphabet], allowed, way) ?? fitBest(text, national, allowed, way);
    if (fit !== undefined) return fit;
  }
  return undefined;
}

/**
 * Index of the first UTF-16 unit that keeps a text out of GSM-7: under the tables and look-alikes allowed
 * that carry it furthest, so that what they would carry is not blamed.
 * @param text in normal form C, which does not fit
 */
export function findMisfit(
  text: string,
  { languages, isSmart }: Pick<AllowedTables, 'languages' | 'isSmart'>,
): number {
  const alphabets = [gsm7Alphabet, ...shiftsOf(languages).map(gsm7AlphabetOf)];
  const misfits = alphabets.map((alphabet) => {
    let at = findNotGsm7(text, alphabet);
    while (isSmart && lookAlikes.has(text.charAt(at))) at = findNotGsm7(text, alphabet, at + 1);
    return at;
  });
  return Math.max(...misfits);
}

interface CountedFit extends AlphabetFit {
  readonly parts: number;
}

type Way = (text: string, alphabet: Gsm7Alphabet) => SmartText | undefined;

function asItIs(text: string): SmartText {
  return { text, replacements: [] };
}

function fitBest(
  text: string,
  alphabets: readonly Gsm7Alphabet[],
  allowed: AllowedTables,
  way: Way,
): AlphabetFit | undefined {
  let best: CountedFit | undefined;
  for (const alphabet of alphabets) {
    const made = way(text, alphabet);
    const units = made === undefined ? -1 : countSeptets(made.text, alphabet);
    if (made === undefined || units < 0) continue;
    const parts = countParts(made.text, units, alphabet, allowed);
    const fit = { ...made, alphabet, units, parts };
    if (best === undefined || isBetter(fit, best)) best = fit;
  }
  return best;
}

function isBetter(fit: CountedFit, best: CountedFit): boolean {
  if (fit.parts !== best.parts) return fit.parts < best.parts;
  return fit.replacements.length < best.replacements.length;
}

function countParts(
  text: string,
  units: number,
  alphabet: Gsm7Alphabet,
  allowed: AllowedTables,
): number {
  const octets = allowed.elementOctets + elementOctets(shiftElements(alphabet.shift));
  if (units <= singleCapacity('gsm7', octets)) return 1;
  const capacity = partCapacity('gsm7', allowed.longMessage, octets);
  return splitText(text, 'gsm7', capacity, alphabet).length;
}

/** What the languages offer, the best first: single shifts, locking shifts, both together. */
function shiftsOf(languages: readonly NationalLanguage[]): readonly Shift[] {
  const singles = languages.map((single) => ({ single }));
  const lockings = languages
    .filter((language) => lockingTables[language] !== undefined)
    .map((locking) => ({ locking }));
  const both = lockings.flatMap((locking) => singles.map((single) => ({ ...locking, ...single })));
  return [...singles, ...lockings, ...both];
}
