// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { partCapacity, singleCapacity } from './capacity.ts';
import type { LongMessage } from './capacity.ts';
import type { EncodedChoice, TextEncoding } from './choose-encoding.ts';
import { encodeText } from './encode-text.ts';
import { countSeptets } from './gsm7.ts';
import { splitText } from './split-text.ts';
import { concatenationUdh16, concatenationUdh8, maxSegments } from './udh.ts';
import type { Concatenation } from './udh.ts';

/** How a segment travels, and what its PDU needs besides the octets. */
export type Carriage =
  | { readonly kind: 'single' }
  /** `udh` stands before the octets in short_message, and esm_class has the UDHI bit. */
  | { readonly kind: 'udh'; readonly udh: Buffer }
  /** The three sar_* TLVs. */
  | ({ readonly kind: 'sar' } & Concatenation)
  /** The octets go in message_payload, short_message stays empty. */
  | { readonly kind: 'payload' };

/** One short message of the text, `octets` as SMPP carries them. */
export interface Segment {
  readonly octets: Buffer;
  readonly carriage: Carriage;
}

/** How to carry what exceeds one part. */
export interface CarriageOptions {
  readonly longMessage: LongMessage;
  /** Of the message at its destination; the same for all parts, also when they are sent again. */
  readonly reference: number;
}

export interface SegmentOptions extends CarriageOptions {
  readonly encoding: TextEncoding;
}

export type SegmentPlan =
  | { readonly kind: 'planned'; readonly segments: readonly Segment[] }
  /** More than {@link maxSegments}. */
  | { readonly kind: 'too_many_segments'; readonly segments: number };

/**
 * How many short messages a text takes, at most `maxSegments` if it can be sent at all.
 * @param choice of {@link chooseEncoding}
 */
export function countSegments(choice: EncodedChoice, longMessage: LongMessage): number {
  if (choice.units <= singleCapacity(choice.encoding)) return 1;
  return splitText(choice.text, choice.encoding, partCapacity(choice.encoding, longMessage)).length;
}

/**
 * Cuts a text into the short messages that carry it, in order.
 * @param text as {@link chooseEncoding} returned it, with the encoding it chose
 * @throws RangeError when the text does not fit the encoding
 */
export function planSegments(text: string, options: SegmentOptions): SegmentPlan {
  const { encoding, longMessage } = options;
  const units = encoding === 'gsm7' ? countSeptets(text) : text.length;
  if (units <= singleCapacity(encoding)) {
    return planned([{ octets: encodeText(text, encoding), carriage: { kind: 'single' } }]);
  }
  if (longMessage === 'payload') {
    return planned([{ octets: encodeText(text, encoding), carriage: { kind: 'payload' } }]);
  }
  const ends = splitText(text, encoding, partCapacity(encoding, longMessage));
  const parts = ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
  return planParts(parts.length, { ...options, longMessage }, (index) =>
    encodeText(parts[index] ?? '', encoding),
  );
}

/** The parts of a concatenated message: `octetsOf` gives those of each, by its index. */
export function planParts(
  total: number,
  options: CarriageOptions & { readonly longMessage: Exclude<LongMessage, 'payload'> },
  octetsOf: (index: number) => Buffer,
): SegmentPlan {
  if (total > maxSegments) return { kind: 'too_many_segments', segments: total };
  const { longMessage, reference } = options;
  return planned(
    Array.from({ length: total }, (_, index) => ({
      octets: octetsOf(index),
      carriage: carry(longMessage, { reference, total, sequence: index + 1 }),
    })),
  );
}

/** A plan that came out well. */
export function planned(segments: readonly Segment[]): SegmentPlan {
  return { kind: 'planned', segments };
}

function carry(longMessage: 'udh8' | 'udh16' | 'sar', part: Concatenation): Carriage {
  switch (longMessage) {
    case 'udh8':
      return { kind: 'udh', udh: concatenationUdh8(part) };
    case 'udh16':
      return { kind: 'udh', udh: concatenationUdh16(part) };
    case 'sar':
      return { kind: 'sar', ...part };
  }
}
