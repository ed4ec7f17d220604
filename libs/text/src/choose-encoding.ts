// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Encoding, RequestedEncoding } from '@sendium/message';
import { gsm7Codes, notGsm7 } from './gsm7-alphabet.ts';
import { countSeptets } from './gsm7.ts';
import { findNotLatin1 } from './latin1.ts';
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
}

/** A text that cannot be sent as asked; `at` is the index of the first culprit, after NFC. */
export interface EncodingRefusal {
  readonly kind: 'refused';
  readonly reason: 'lone_surrogate' | 'not_encodable';
  readonly at: number;
}

export type EncodingChoice = EncodedChoice | EncodingRefusal;

/**
 * Settles the encoding of a text: normal form C first (an e with a combining acute would otherwise
 * force UCS-2), lone surrogates refused, then what was asked for or the cheapest that fits.
 */
export function chooseEncoding(
  given: string,
  requested: RequestedEncoding = 'auto',
): EncodingChoice {
  if (requested === 'auto' || requested === 'gsm7') {
    // GSM-7 has no character that composes or is composed: such text is in normal form already.
    const units = countSeptets(given);
    if (units >= 0) return { kind: 'chosen', encoding: 'gsm7', text: given, units };
  }
  const text = normalise(given);
  const lone = findLoneSurrogate(text);
  if (lone >= 0) return { kind: 'refused', reason: 'lone_surrogate', at: lone };
  switch (requested) {
    case 'ucs2':
      return { kind: 'chosen', encoding: 'ucs2', text, units: text.length };
    case 'latin1':
      return chosenOrRefused(text, 'latin1', findNotLatin1(text));
    case 'gsm7':
      return chosenOrRefused(text, 'gsm7', findNotGsm7(text));
    case 'auto':
      return findNotGsm7(text) < 0
        ? chosenOrRefused(text, 'gsm7', -1)
        : { kind: 'chosen', encoding: 'ucs2', text, units: text.length };
  }
}

function normalise(text: string): string {
  const composed = text.normalize('NFC');
  return composed.startsWith('\ufeff') ? composed.slice(1) : composed;
}

function findNotGsm7(text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    if (gsm7Codes[text.charCodeAt(at)] === notGsm7) return at;
  }
  return -1;
}

function chosenOrRefused(text: string, encoding: 'gsm7' | 'latin1', at: number): EncodingChoice {
  if (at >= 0) return { kind: 'refused', reason: 'not_encodable', at };
  const units = encoding === 'gsm7' ? countSeptets(text) : text.length;
  return { kind: 'chosen', encoding, text, units };
}
