// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Gsm7Alphabet } from './gsm7-alphabet.ts';
import { notGsm7 } from './gsm7-alphabet.ts';
import { lookAlikes } from './look-alikes.ts';

/** A character that smart encoding replaced; `to` is empty where it was left out. */
export interface Replacement {
  /** Index of the character in the text as it was given, in UTF-16 units. */
  readonly position: number;
  readonly from: string;
  readonly to: string;
}

/** A text that fits an alphabet by such replacements. */
export interface SmartText {
  readonly text: string;
  /** Positions are indexes into the text that went in. */
  readonly replacements: readonly Replacement[];
}

/**
 * Replaces what the alphabet lacks by look-alikes.
 * @returns undefined unless the whole text then fits: half of it replaced would save nothing
 */
export function smarten(text: string, { codes }: Gsm7Alphabet): SmartText | undefined {
  const replacements: Replacement[] = [];
  let smart = '';
  for (let position = 0; position < text.length; position += 1) {
    const from = text.charAt(position);
    if (codes[text.charCodeAt(position)] !== notGsm7) {
      smart += from;
      continue;
    }
    const to = lookAlikes.get(from);
    if (to === undefined) return undefined;
    replacements.push({ position, from, to });
    smart += to;
  }
  return { text: smart, replacements };
}
