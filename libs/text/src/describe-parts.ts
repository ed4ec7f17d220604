// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { TextEncoding } from './choose-encoding.ts';
import type { PlannedText } from './plan-text.ts';
import type { Replacement } from './smart-encoding.ts';

/** What a sender may want to know before a text is sent. */
export interface TextDescription {
  readonly encoding: TextEncoding;
  /** Septets, octets or UTF-16 units of the whole, headers not counted. */
  readonly units: number;
  readonly replacements: readonly Replacement[];
  readonly parts: readonly { readonly text: string; readonly units: number }[];
}

/** What a plan says about its text: the same numbers that are sent. */
export function describeParts(plan: PlannedText): TextDescription {
  const { encoding, units, replacements } = plan;
  const parts = plan.segments.map(({ text, units }) => ({ text, units }));
  return { encoding, units, replacements, parts };
}
