// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { messageIdTimeMs, type MessageId } from '@sendium/message';
import { stateOf, type Facts } from '@sendium/receipts';

/** How long things are kept, in milliseconds. */
export interface Terms {
  readonly unknownAfterMs: number;
  readonly retentionMs: number;
}

/** What is to be done with a message that has come of age. */
export type Duty =
  /** Its time to wait for a final receipt ended then. */
  | { readonly kind: 'lapse'; readonly atMs: number }
  | { readonly kind: 'visit'; readonly dueAtMs: number }
  | { readonly kind: 'forget' }
  | { readonly kind: 'nothing' };

/**
 * What is due for a message now. The time at which a message lapses is that of its sending and the term,
 * whenever somebody looks: so looking twice, or late, gives the same fact.
 */
export function dutyOf(id: MessageId, facts: Facts, terms: Terms, nowMs: number): Duty {
  const { unknownAfterMs, retentionMs } = terms;
  const { isFinal, sentAtMs, message } = stateOf(facts);
  const isOld = messageIdTimeMs(id) + retentionMs <= nowMs;
  if (isFinal) return isOld ? { kind: 'forget' } : { kind: 'nothing' };
  if (sentAtMs !== undefined) {
    const atMs = sentAtMs + unknownAfterMs;
    return atMs <= nowMs ? { kind: 'lapse', atMs } : { kind: 'visit', dueAtMs: atMs };
  }
  // Whatever was to become of it must have become of it: nothing is sent after its validity.
  const expiresAtMs = message?.expiresAtMs ?? messageIdTimeMs(id);
  if (isOld && expiresAtMs + retentionMs <= nowMs) return { kind: 'forget' };
  return { kind: 'visit', dueAtMs: nowMs + unknownAfterMs };
}
