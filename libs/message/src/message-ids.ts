// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { createMessageId, messageIdRandomBytes, type MessageId } from './message-id.ts';

const pooledIds = 1024;

/** Makes ids with randomness fetched for many at a time: one call to the system costs as much. */
export class MessageIds {
  readonly #fillRandom: (octets: Uint8Array) => unknown;
  readonly #pool = new Uint8Array(pooledIds * messageIdRandomBytes);
  #offset = this.#pool.length;

  /** `fillRandom` fills octets with randomness that nobody can guess, such as node's randomFillSync. */
  constructor(fillRandom: (octets: Uint8Array) => unknown) {
    this.#fillRandom = fillRandom;
  }

  /** A new id that says it was made at this time. */
  next(unixMs: number): MessageId {
    if (this.#offset >= this.#pool.length) {
      this.#fillRandom(this.#pool);
      this.#offset = 0;
    }
    const id = createMessageId(unixMs, this.#pool, this.#offset);
    this.#offset += messageIdRandomBytes;
    return id;
  }
}
