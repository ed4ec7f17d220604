// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { concatenation16, concatenation8 } from './udh.ts';
import type { InformationElement } from './udh.ts';

/**
 * Which part of which message a short message is. References of 8 and of 16 bits are numbered
 * apart: they name different messages even where they are equal.
 */
export interface PartNumber {
  readonly reference: number;
  readonly referenceBits: 8 | 16;
  readonly total: number;
  /** 1 to `total`. */
  readonly number: number;
}

/**
 * What the elements of a user data header say: the last valid one of 0x00 and 0x08, since a receiver
 * ignores an invalid one and lets the last of several count (3GPP TS 23.040, 9.2.3.24).
 * @returns undefined for a short message that is whole by itself
 */
export function partOfElements(elements: readonly InformationElement[]): PartNumber | undefined {
  for (let at = elements.length - 1; at >= 0; at -= 1) {
    const element = elements[at];
    const part = element === undefined ? undefined : partOfElement(element);
    if (part !== undefined) return part;
  }
  return undefined;
}

function partOfElement({ id, data }: InformationElement): PartNumber | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = data;
  if (id === 0x00 && data.length === 3) {
    return valid({ reference: first, referenceBits: 8, total: second, number: third });
  }
  if (id === 0x08 && data.length === 4) {
    const reference = (first << 8) | second;
    return valid({ reference, referenceBits: 16, total: third, number: fourth });
  }
  return undefined;
}

/** The element that says so: 0x00 with a reference of 8 bits, 0x08 with one of 16. */
export function concatenationElement(part: PartNumber): InformationElement {
  const { reference, referenceBits, total, number: sequence } = part;
  const concatenation = { reference, total, sequence };
  return referenceBits === 8 ? concatenation8(concatenation) : concatenation16(concatenation);
}

/** The values of the three sar_* TLVs, as far as they were there (SMPP 3.4, 5.3.2.22 to 24). */
export interface SarValues {
  readonly reference: number | undefined;
  readonly total: number | undefined;
  readonly sequence: number | undefined;
}

/** What the sar_* TLVs say; undefined unless all three are there and make sense. */
export function partOfSar({ reference, total, sequence }: SarValues): PartNumber | undefined {
  if (reference === undefined || total === undefined || sequence === undefined) return undefined;
  return valid({ reference, referenceBits: 16, total, number: sequence });
}

function valid(part: PartNumber): PartNumber | undefined {
  return part.number >= 1 && part.number <= part.total ? part : undefined;
}
