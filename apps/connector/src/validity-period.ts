// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { SubmitDefaults } from '@sendium/configuration';
import { formatAbsoluteTime, formatRelativeTime } from '@sendium/smpp-pdu';

const secondMs = 1_000;
/** What a relative period without months and years, which have no fixed length, can surely say. */
const longestValidityMs = 30 * 86_400 * secondMs;

/**
 * What is left of a message's validity as submit_sm says it: at least a second, at most what the carrier
 * may be asked for; empty where that is left to the carrier.
 */
export function validityOf(
  expiresAtMs: number,
  nowMs: number,
  { validity, validityMaxMs }: Pick<SubmitDefaults, 'validity' | 'validityMaxMs'>,
): string {
  if (validity === 'none') return '';
  const longestMs = Math.min(validityMaxMs, longestValidityMs);
  const leftMs = Math.min(Math.max(expiresAtMs - nowMs, secondMs), longestMs);
  return validity === 'absolute'
    ? formatAbsoluteTime(nowMs + leftMs)
    : (formatRelativeTime(leftMs) ?? '');
}
