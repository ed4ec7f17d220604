// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { randomFillSync } from 'node:crypto';
import { createMessageId, messageIdRandomBytes, type MessageId } from '@sendium/message';

const pooledIds = 1024;

/** Makes ids with randomness fetched for many at a time: one call to the system costs as much. */
export class MessageIds {
  readonly #pool = Buffer.alloc(pooledIds * messageIdRandomBytes);
  #offset = this.#pool.length;

  /** A new id that says it was made at this time. */
  next(unixMs: number): MessageId {
    if (this.#offset >= this.#pool.length) {
      randomFillSync(this.#pool);
      this.#offset = 0;
    }
    const id = createMessageId(unixMs, this.#pool, this.#offset);
    this.#offset += messageIdRandomBytes;
    return id;
  }
}
