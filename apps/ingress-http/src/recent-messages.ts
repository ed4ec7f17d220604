// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { messageSize } from '@sendium/contracts';
import type { Message } from '@sendium/message';

/** How much is remembered at most. */
export interface RecentBounds {
  readonly messages: number;
  readonly bytes: number;
}

/**
 * The messages that this process accepted last. Who asks for one of them before the tracker has
 * heard of it is told that it is accepted, instead of that there is none.
 */
export class RecentMessages {
  readonly #maxBytes: number;
  readonly #ring: (Message | undefined)[];
  readonly #byId = new Map<string, Message>();
  #next = 0;
  #oldest = 0;
  #heldBytes = 0;

  constructor({ messages, bytes }: RecentBounds) {
    this.#maxBytes = bytes;
    this.#ring = new Array<Message | undefined>(messages).fill(undefined);
  }

  /** Remembers the message in place of the oldest ones. */
  add(message: Message): void {
    if (this.#byId.size === this.#ring.length) this.#forgetOldest();
    this.#ring[this.#next] = message;
    this.#next = (this.#next + 1) % this.#ring.length;
    this.#byId.set(message.id, message);
    this.#heldBytes += messageSize(message);
    while (this.#heldBytes > this.#maxBytes) this.#forgetOldest();
  }

  /** The account's message, if it is among them. */
  find(account: string, id: string): Message | undefined {
    const message = this.#byId.get(id);
    return message?.account === account ? message : undefined;
  }

  #forgetOldest(): void {
    const message = this.#ring[this.#oldest];
    this.#ring[this.#oldest] = undefined;
    this.#oldest = (this.#oldest + 1) % this.#ring.length;
    if (message === undefined) return;
    this.#byId.delete(message.id);
    this.#heldBytes -= messageSize(message);
  }
}
