// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { InboundMessageResource, MessageResource } from '@sendium/contracts';

const number = /^(\+?)(\d{7,})$/;
const headDigits = 5;
const tailDigits = 2;

/**
 * A number with its middle hidden: the first five and the last two digits stay. Short codes and names are
 * nobody's own and stay as they are.
 */
export function maskedNumber(address: string): string {
  const [, plus, digits] = number.exec(address) ?? [];
  if (plus === undefined || digits === undefined) return address;
  const head = Math.min(headDigits, digits.length - tailDigits - 3);
  const hidden = '•'.repeat(digits.length - head - tailDigits);
  return `${plus}${digits.slice(0, head)}${hidden}${digits.slice(-tailDigits)}`;
}

/** The same resource without what was written, and with numbers masked. */
export function thinResource<R extends MessageResource | InboundMessageResource>(resource: R): R {
  const { from, to } = resource;
  const without = { text: null, binary: null };
  return { ...resource, ...without, from: maskedNumber(from), to: maskedNumber(to) };
}
