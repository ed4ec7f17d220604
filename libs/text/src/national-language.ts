// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { InformationElement } from './udh.ts';

/** A language with tables of its own in 3GPP TS 23.038, annex A, that may be allowed for a text. */
export type NationalLanguage = 'turkish' | 'spanish' | 'portuguese';

/**
 * Which tables of GSM-7 a national language replaces: `locking` the default alphabet, `single` what
 * follows an escape. Empty: the tables that every handset has.
 */
export interface Shift {
  readonly locking?: NationalLanguage;
  readonly single?: NationalLanguage;
}

/** No table replaced. */
export const noShift: Shift = Object.freeze({});

/** National Language Identifiers (3GPP TS 23.038, 6.2.1.2.4). */
const identifiers = { turkish: 1, spanish: 2, portuguese: 3 } as const;
const languages = [undefined, 'turkish', 'spanish', 'portuguese'] as const;

/** Information element identifiers (3GPP TS 23.040, 9.2.3.24). */
const singleShift = 0x24;
const lockingShift = 0x25;

/** Identifier of a language, 0 for none. */
export function identifierOf(language: NationalLanguage | undefined): number {
  return language === undefined ? 0 : identifiers[language];
}

/** The information elements that announce such tables, none for none. */
export function shiftElements(shift: Shift): readonly InformationElement[] {
  const elements: InformationElement[] = [];
  if (shift.locking !== undefined) {
    elements.push({ id: lockingShift, data: Buffer.of(identifiers[shift.locking]) });
  }
  if (shift.single !== undefined) {
    elements.push({ id: singleShift, data: Buffer.of(identifiers[shift.single]) });
  }
  return elements;
}

/**
 * The tables that a header announces. Of a language that is unknown, or has no such table, those that
 * every handset has are meant.
 */
export function shiftOf(elements: readonly InformationElement[]): Shift {
  const locking = languageIn(elements, lockingShift);
  const single = languageIn(elements, singleShift);
  return {
    ...(locking === undefined ? {} : { locking }),
    ...(single === undefined ? {} : { single }),
  };
}

/** Of several elements of one kind the last one counts (3GPP TS 23.040, 9.2.3.24). */
function languageIn(
  elements: readonly InformationElement[],
  id: number,
): NationalLanguage | undefined {
  const element = elements.findLast((each) => each.id === id && each.data.length === 1);
  return languages[element?.data[0] ?? 0];
}
