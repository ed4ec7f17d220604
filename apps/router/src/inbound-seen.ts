// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Which SMS came within the last minute, over all routers: a bucket with the ids by content. Invariants:
 * S1  An id that is in the bucket was read from INBOUND, where it stays until it is done: whoever finds
 *     it there may leave what follows from it to that reader, or to the next one if that dies.
 * S2  An id that was let through once is let through again: what comes twice is done twice rather than
 *     not at all.
 * S3  Only what the carrier may have sent again is ever held back. Two SMS of the same words are two.
 */
import type { KeyValueBucket } from '@sendium/bus';
import { inboundContentOf, inboundSeenKey, type InboundMessage } from '@sendium/contracts';

/** `resent`: it is one that came before, under another id. */
export type Sighting = 'new' | 'resent';

/** Tells SMS that a carrier sent again from those that are new. */
export type LookUp = (group: string, message: InboundMessage) => Promise<Sighting>;

/** Of one content within a minute; who sends more is let through. */
const maxIds = 64;
const separator = ' ';

/** Looks up in the bucket, and adds what is new to it. Rejects when the bucket does not answer. */
export function lookUpIn(bucket: Pick<KeyValueBucket, 'create' | 'get' | 'update'>): LookUp {
  return async (group, message) => {
    const key = inboundSeenKey(group, inboundContentOf(message));
    const { id, mayBeResent } = message;
    for (;;) {
      if ((await bucket.create(key, id)) !== undefined) return 'new';
      const found = await bucket.get(key);
      // It has run out meanwhile.
      if (found === undefined) continue;
      const ids = Buffer.from(found.value).toString().split(separator);
      if (ids.includes(id) || ids.length >= maxIds) return 'new';
      if (mayBeResent) return 'resent';
      const added = [...ids, id].join(separator);
      if ((await bucket.update(key, added, found.revision)) !== undefined) return 'new';
    }
  };
}
