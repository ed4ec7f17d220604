// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { longMessageWith, partCapacity, singleCapacity } from './capacity.ts';
import type { LongMessage } from './capacity.ts';
import { encodeCharset } from './charset.ts';
import type { Charset } from './charset.ts';
import type { EncodedChoice, TextEncoding } from './choose-encoding.ts';
import { gsm7AlphabetOf } from './gsm7-alphabet.ts';
import { countSeptets } from './gsm7.ts';
import { noShift, shiftElements } from './national-language.ts';
import type { Shift } from './national-language.ts';
import { planned, planParts } from './plan-parts.ts';
import type { Carriage, CarriageOptions, Segment, SegmentPlan } from './plan-parts.ts';
import { splitText } from './split-text.ts';
import { buildUdh, elementOctets } from './udh.ts';
import type { InformationElement } from './udh.ts';

/** One short message of a text. */
export interface TextSegment extends Segment {
  readonly text: string;
  /** Septets, octets or UTF-16 units on the air. */
  readonly units: number;
}

export interface SegmentOptions extends CarriageOptions {
  /** On the air: it decides what fits into a part. */
  readonly encoding: TextEncoding;
  /** In the PDU: GSM-7 unpacked, Latin-1 or UTF-16 unless it is said otherwise. */
  readonly charset?: Charset;
  /** The tables of GSM-7, announced in the header of each part. */
  readonly shift?: Shift;
  /** Further elements for the header of each part, such as ports. */
  readonly elements?: readonly InformationElement[];
}

const noElements: readonly InformationElement[] = Object.freeze([]);

/**
 * How many short messages a text takes, at most `maxSegments` if it can be sent at all.
 * @param choice of `chooseEncoding`
 * @param elements for the header of each part besides those that the choice needs
 */
export function countSegments(
  choice: Pick<EncodedChoice, 'text' | 'encoding' | 'units' | 'shift'>,
  longMessage: LongMessage,
  elements: readonly InformationElement[] = noElements,
): number {
  const { text, encoding, units, shift } = choice;
  const extra = elementOctets(shiftElements(shift)) + elementOctets(elements);
  if (units <= singleCapacity(encoding, extra)) return 1;
  const capacity = partCapacity(encoding, longMessage, extra);
  return splitText(text, encoding, capacity, gsm7AlphabetOf(shift)).length;
}

/**
 * Cuts a text into the short messages that carry it, in order.
 * @param text as `chooseEncoding` returned it, with the encoding and the tables that it chose
 * @throws RangeError when the text does not fit the encoding or the charset
 */
export function planSegments(text: string, options: SegmentOptions): SegmentPlan<TextSegment> {
  const { encoding, charset = encoding, shift = noShift } = options;
  const elements = [...shiftElements(shift), ...(options.elements ?? noElements)];
  const alphabet = gsm7AlphabetOf(shift);
  const unitsOf = (part: string): number =>
    encoding === 'gsm7' ? countSeptets(part, alphabet) : part.length;
  const bodyOf = (part: string, headerOctets: number): Omit<TextSegment, 'carriage'> => {
    const octets = encodeCharset(part, charset, { shift, headerOctets });
    // Unpacked septets are counted already.
    return { octets, text: part, units: charset === 'gsm7' ? octets.length : unitsOf(part) };
  };
  const whole = (carriage: Carriage, headerOctets = 0): SegmentPlan<TextSegment> =>
    planned([{ ...bodyOf(text, headerOctets), carriage }]);

  const extra = elementOctets(elements);
  if (unitsOf(text) <= singleCapacity(encoding, extra)) {
    if (extra === 0) return whole({ kind: 'single' });
    const udh = buildUdh(elements);
    return whole({ kind: 'udh', udh }, udh.length);
  }
  const longMessage = longMessageWith(options.longMessage, extra);
  if (longMessage === 'payload') return whole({ kind: 'payload' });
  const ends = splitText(text, encoding, partCapacity(encoding, longMessage, extra), alphabet);
  return planParts(ends.length, { ...options, longMessage, elements }, (index, headerOctets) =>
    bodyOf(text.slice(ends[index - 1] ?? 0, ends[index]), headerOctets),
  );
}
