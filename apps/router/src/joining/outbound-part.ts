// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { SubmitItem } from '@sendium/contracts';
import { clientPartOf, maxSegments } from '@sendium/text';
import { familyOf } from './joiner.ts';
import type { LongPart } from './long-part.ts';

/**
 * Which part of which message a client has submitted, where it wants its parts joined; undefined for what
 * goes on by itself.
 */
export function outboundPartOf(item: SubmitItem): LongPart<SubmitItem> | undefined {
  const { message } = item;
  if (message.smpp?.join !== true) return undefined;
  const part = clientPartOf(message);
  if (part === undefined || part.total < 2 || part.total > maxSegments) return undefined;
  const { account, from, to, id } = message;
  const { reference, referenceBits, total, number } = part;
  const family = familyOf([
    ...['outbound', account, from.value, to.value],
    ...[reference, referenceBits, total],
  ]);
  return { item, id, family, number, total };
}

/** The part as a message that goes on by itself. */
export function asItCame(item: SubmitItem): SubmitItem {
  const { message } = item;
  if (message.smpp?.join !== true) return item;
  return { ...item, message: { ...message, smpp: { ...message.smpp, join: false } } };
}
