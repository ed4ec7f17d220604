// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { LongMessage } from './capacity.ts';
import { buildUdh, concatenation16, concatenation8, maxSegments } from './udh.ts';
import type { Concatenation, InformationElement } from './udh.ts';

/** How a segment travels, and what its PDU needs besides the octets. */
export type Carriage =
  | { readonly kind: 'single' }
  /** `udh` stands before the octets in short_message, and esm_class has the UDHI bit. */
  | { readonly kind: 'udh'; readonly udh: Buffer }
  /** The three sar_* TLVs. */
  | ({ readonly kind: 'sar' } & Concatenation)
  /** The octets go in message_payload, short_message stays empty. */
  | { readonly kind: 'payload' };

/** One short message, `octets` as SMPP carries them. */
export interface Segment {
  readonly octets: Buffer;
  readonly carriage: Carriage;
}

/** How to carry what exceeds one part. */
export interface CarriageOptions {
  readonly longMessage: LongMessage;
  /**
   * Of the message at its destination; the same for all parts, also when they are sent again. A
   * function is asked only when there are several parts.
   */
  readonly reference: number | (() => number);
  /** How many parts there may be; 255 is the most in any case. */
  readonly maxSegments?: number;
}

export type SegmentPlan<S extends Segment = Segment> =
  | { readonly kind: 'planned'; readonly segments: readonly S[] }
  /** More than allowed. */
  | { readonly kind: 'too_many_segments'; readonly segments: number };

/** What a concatenated message's parts have in common. */
export interface PartsOptions extends CarriageOptions {
  readonly longMessage: Exclude<LongMessage, 'payload'>;
  /** Elements that the header of each part has besides its number; not with `sar`. */
  readonly elements?: readonly InformationElement[];
}

/**
 * The parts of a concatenated message.
 * @param bodyOf gives what a part is besides its carriage, by its index and the length of its header
 */
export function planParts<B extends Pick<Segment, 'octets'>>(
  total: number,
  options: PartsOptions,
  bodyOf: (index: number, headerOctets: number) => B,
): SegmentPlan<B & Segment> {
  const most = Math.min(options.maxSegments ?? maxSegments, maxSegments);
  if (total > most) return { kind: 'too_many_segments', segments: total };
  const { reference: given } = options;
  const reference = typeof given === 'function' ? given() : given;
  const segments = Array.from({ length: total }, (_, index) => {
    const carriage = carry(options, { reference, total, sequence: index + 1 });
    const headerOctets = carriage.kind === 'udh' ? carriage.udh.length : 0;
    return { ...bodyOf(index, headerOctets), carriage };
  });
  return planned(segments);
}

/** A plan that came out well. */
export function planned<S extends Segment>(segments: readonly S[]): SegmentPlan<S> {
  return { kind: 'planned', segments };
}

function carry({ longMessage, elements = [] }: PartsOptions, part: Concatenation): Carriage {
  switch (longMessage) {
    case 'udh8':
      return { kind: 'udh', udh: buildUdh([concatenation8(part), ...elements]) };
    case 'udh16':
      return { kind: 'udh', udh: buildUdh([concatenation16(part), ...elements]) };
    case 'sar':
      return { kind: 'sar', ...part };
  }
}
