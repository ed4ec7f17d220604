// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { identifierOf } from './national-language.ts';
import type { NationalLanguage, Shift } from './national-language.ts';
import {
  gsm7Default,
  gsm7Escape,
  gsm7Extension,
  lockingTables,
  singleShiftTables,
} from './gsm7-tables.ts';

/** In {@link Gsm7Alphabet.codes}: this UTF-16 unit has no place in the alphabet. */
export const notGsm7 = 0xffff;

/** GSM-7 with the tables of one {@link Shift}. */
export interface Gsm7Alphabet {
  readonly shift: Shift;
  /** Character of each septet. */
  readonly base: string;
  /** What escape and a septet mean together. */
  readonly extension: ReadonlyMap<number, string>;
  /**
   * Septets of each UTF-16 unit: one (0..0x7F), two with the escape in the high byte (0x1Bxx), or
   * {@link notGsm7}. A flat table, because every character of every message passes here.
   */
  readonly codes: Readonly<Uint16Array>;
}

const compiled = new Map<number, Gsm7Alphabet>();

/** The alphabet with such tables; each is compiled once, when it is first asked for. */
export function gsm7AlphabetOf(shift: Shift): Gsm7Alphabet {
  const key = identifierOf(shift.locking) * 16 + identifierOf(shift.single);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const base = (shift.locking && lockingTables[shift.locking]) ?? gsm7Default;
  const extension = shift.single === undefined ? gsm7Extension : extensionOf(shift.single);
  const alphabet = { shift, base, extension, codes: buildCodes(base, extension) };
  compiled.set(key, alphabet);
  return alphabet;
}

/** A national single shift table has all of the general extension, too. */
function extensionOf(language: NationalLanguage): ReadonlyMap<number, string> {
  return new Map([...gsm7Extension, ...singleShiftTables[language]]);
}

function buildCodes(base: string, extension: ReadonlyMap<number, string>): Uint16Array {
  const codes = new Uint16Array(0x10000).fill(notGsm7);
  for (const [septet, character] of extension) {
    codes[character.charCodeAt(0)] = (gsm7Escape << 8) | septet;
  }
  // Last, since what a locking table has, too, takes one septet there.
  for (let septet = 0; septet < 0x80; septet += 1) {
    if (septet !== gsm7Escape) codes[base.charCodeAt(septet)] = septet;
  }
  return codes;
}

/** GSM-7 as every handset has it. */
export const gsm7Alphabet: Gsm7Alphabet = gsm7AlphabetOf({});
