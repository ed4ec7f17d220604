// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { formatRelativeTime } from '@sendium/smpp-pdu';

const secondMs = 1_000;
/** What a relative period without months and years, which have no fixed length, can surely say. */
const longestValidityMs = 30 * 86_400 * secondMs;

/** What is left of a message's validity as submit_sm says it: at least a second, at most 30 days. */
export function validityOf(leftMs: number): string {
  return formatRelativeTime(Math.min(Math.max(leftMs, secondMs), longestValidityMs)) ?? '';
}
