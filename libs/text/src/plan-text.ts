// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { RequestedEncoding } from '@sendium/message';
import type { LongMessage } from './capacity.ts';
import type { Charset, DefaultAlphabet } from './charset.ts';
import { chooseEncoding } from './choose-encoding.ts';
import type { EncodedChoice, EncodingRefusal } from './choose-encoding.ts';
import type { NationalLanguage } from './national-language.ts';
import type { SegmentPlan } from './plan-parts.ts';
import { planSegments } from './plan-segments.ts';
import type { TextSegment } from './plan-segments.ts';
import { textCarriersOf } from './text-carriers.ts';
import type { TextCarrier } from './text-carriers.ts';
import { elementOctets, maxSegments } from './udh.ts';
import type { InformationElement } from './udh.ts';

/** What the sender asks for, and what the carrier takes. Left out: as most carriers take it. */
export interface TextOptions {
  /** `auto` by default. */
  readonly encoding?: RequestedEncoding;
  /** Whose national tables may be used; a carrier must have GSM-7 as default alphabet for that. */
  readonly languages?: readonly NationalLanguage[];
  readonly isSmart?: boolean;
  /** Shown at once and not kept. */
  readonly isFlash?: boolean;
  /** `gsm7` by default. */
  readonly defaultAlphabet?: DefaultAlphabet;
  /** `udh8` by default. */
  readonly longMessage?: LongMessage;
  /**
   * Of the message at its destination; 0 by default, which is as good where nothing is sent. A
   * function is asked only when there are several parts.
   */
  readonly reference?: number | (() => number);
  /** Further elements for the header of each part, such as ports. */
  readonly elements?: readonly InformationElement[];
  readonly maxSegments?: number;
}

/** A text ready to be sent: what all of its PDUs share, and its parts. */
export interface PlannedText extends TextCarrier, Omit<EncodedChoice, 'kind' | 'encoding'> {
  readonly kind: 'planned';
  readonly charset: Charset;
  readonly segments: readonly TextSegment[];
}

export type TextPlan =
  PlannedText | EncodingRefusal | Extract<SegmentPlan, { kind: 'too_many_segments' }>;

/** Octets that short_message can hold (SMPP 3.4, 5.2.22); UTF-8 may need more for a full part. */
const shortMessageOctets = 254;
const defaults: Required<TextOptions> = {
  encoding: 'auto',
  languages: [],
  isSmart: false,
  isFlash: false,
  defaultAlphabet: 'gsm7',
  longMessage: 'udh8',
  reference: 0,
  elements: [],
  maxSegments,
};

/** Settles how a text is sent over a connector: its encoding, its data_coding, its parts. */
export function planText(given: string, options: TextOptions = defaults): TextPlan {
  const settings = { ...defaults, ...options };
  const { defaultAlphabet, isFlash, isSmart, longMessage } = settings;
  const hasSeptets = defaultAlphabet === 'gsm7' || defaultAlphabet === 'gsm7_packed';
  const choice = chooseEncoding(given, settings.encoding, {
    languages: hasSeptets ? settings.languages : [],
    isSmart,
    longMessage,
    elementOctets: elementOctets(settings.elements),
  });
  if (choice.kind === 'refused') return choice;
  const [best, ...others] = textCarriersOf(choice, defaultAlphabet, isFlash);
  let plan = planOver(best, choice, settings);
  for (const carrier of others) {
    if (plan.kind !== 'planned' || plan.segments.every(hasRoom)) break;
    plan = planOver(carrier, choice, settings);
  }
  return plan;
}

function planOver(
  carrier: TextCarrier,
  choice: EncodedChoice,
  settings: Required<TextOptions>,
): TextPlan {
  const { encoding, charset } = carrier;
  const { text, shift, replacements } = choice;
  const plan = planSegments(text, { ...settings, encoding, charset, shift });
  if (plan.kind !== 'planned') return plan;
  const { segments } = plan;
  const units = segments.reduce((sum, segment) => sum + segment.units, 0);
  return { kind: 'planned', ...carrier, text, units, shift, replacements, segments };
}

function hasRoom({ octets, carriage }: TextSegment): boolean {
  if (carriage.kind === 'payload') return true;
  const headerOctets = carriage.kind === 'udh' ? carriage.udh.length : 0;
  return headerOctets + octets.length <= shortMessageOctets;
}
