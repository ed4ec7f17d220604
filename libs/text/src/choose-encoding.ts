// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Encoding, RequestedEncoding } from '@sendium/message';
import type { LongMessage } from './capacity.ts';
import { chooseAlphabet, findMisfit } from './choose-alphabet.ts';
import type { AllowedTables } from './choose-alphabet.ts';
import { givenIndexes } from './given-index.ts';
import { countSeptets } from './gsm7.ts';
import { findNotLatin1 } from './latin1.ts';
import { noShift } from './national-language.ts';
import type { NationalLanguage, Shift } from './national-language.ts';
import type { Replacement } from './smart-encoding.ts';
import { findLoneSurrogate } from './ucs2.ts';

/** How a text is written on the air. */
export type TextEncoding = Exclude<Encoding, 'binary'>;

/** A text whose encoding is settled. `units` are septets, octets or UTF-16 units. */
export interface EncodedChoice {
  readonly kind: 'chosen';
  readonly encoding: TextEncoding;
  /** The text as it will be sent: in normal form C, without a byte order mark. */
  readonly text: string;
  readonly units: number;
  /** The tables of GSM-7 that the text needs. */
  readonly shift: Shift;
  /** What smart encoding changed, in order; empty unless it was asked for. */
  readonly replacements: readonly Replacement[];
}

/** A text that cannot be sent as asked, and the first character that is in the way. */
export interface EncodingRefusal {
  readonly kind: 'refused';
  readonly reason: 'lone_surrogate' | 'not_encodable';
  /** Index of the character in the text as it was given, in UTF-16 units. */
  readonly at: number;
  /** The character, or the half of a surrogate pair. */
  readonly character: string;
  readonly codePoint: number;
}

export type EncodingChoice = EncodedChoice | EncodingRefusal;

/** What may be done to make a text fit GSM-7. Nothing, unless asked for. */
export interface ChooseOptions {
  /** Whose tables may be used; the text must not fit GSM-7 without. */
  readonly languages?: readonly NationalLanguage[];
  /** Smart encoding: look-alikes instead of what GSM-7 lacks, if then the whole text fits. */
  readonly isSmart?: boolean;
  /** How it will be carried, for the choice between national tables; 8-bit headers by default. */
  readonly longMessage?: LongMessage;
  /** Octets of the information elements that each part will have besides. */
  readonly elementOctets?: number;
}

const noReplacements: readonly Replacement[] = Object.freeze([]);
const noOptions: ChooseOptions = Object.freeze({});

/**
 * Settles the encoding of a text: normal form C first (an e with a combining acute would otherwise
 * force UCS-2), lone surrogates refused, then what was asked for or the cheapest that fits. An
 * encoding asked for that cannot carry the text is refused, never exchanged for another.
 */
export function chooseEncoding(
  given: string,
  requested: RequestedEncoding = 'auto',
  options: ChooseOptions = noOptions,
): EncodingChoice {
  if (requested === 'auto' || requested === 'gsm7') {
    // GSM-7 has no character that composes or is composed: such text is in normal form already.
    const units = countSeptets(given);
    if (units >= 0) return chosen('gsm7', given, units);
  }
  const text = normalise(given);
  const refusal = (reason: EncodingRefusal['reason'], at: number): EncodingRefusal => ({
    kind: 'refused',
    reason,
    at: givenIndexes(given, text, [at])[0] ?? given.length,
    ...characterAt(text, at),
  });
  const lone = findLoneSurrogate(text);
  if (lone >= 0) return refusal('lone_surrogate', lone);
  if (requested === 'latin1') {
    const at = findNotLatin1(text);
    return at < 0 ? chosen('latin1', text, text.length) : refusal('not_encodable', at);
  }
  if (requested === 'ucs2') return chosen('ucs2', text, text.length);
  const allowed = allowedBy(options);
  const inGsm7 = fitGsm7(given, text, allowed);
  if (inGsm7 !== undefined) return inGsm7;
  return requested === 'gsm7'
    ? refusal('not_encodable', findMisfit(text, allowed))
    : chosen('ucs2', text, text.length);
}

function chosen(encoding: TextEncoding, text: string, units: number): EncodedChoice {
  const [shift, replacements] = [noShift, noReplacements];
  return { kind: 'chosen', encoding, text, units, shift, replacements };
}

function allowedBy(options: ChooseOptions): AllowedTables {
  return {
    languages: options.languages ?? [],
    isSmart: options.isSmart ?? false,
    longMessage: options.longMessage ?? 'udh8',
    elementOctets: options.elementOctets ?? 0,
  };
}

function fitGsm7(given: string, text: string, allowed: AllowedTables): EncodedChoice | undefined {
  const fit = chooseAlphabet(text, allowed);
  if (fit === undefined) return undefined;
  const positions = fit.replacements.map(({ position }) => position);
  const atGiven = givenIndexes(given, text, positions);
  const replacements = fit.replacements.map((replacement, index) => ({
    ...replacement,
    position: atGiven[index] ?? replacement.position,
  }));
  return { ...chosen('gsm7', fit.text, fit.units), shift: fit.alphabet.shift, replacements };
}

function characterAt(text: string, at: number): { character: string; codePoint: number } {
  const codePoint = text.codePointAt(at) ?? 0;
  return { character: String.fromCodePoint(codePoint), codePoint };
}

function normalise(text: string): string {
  const composed = text.normalize('NFC');
  return composed.startsWith('\ufeff') ? composed.slice(1) : composed;
}
