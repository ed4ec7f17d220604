// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Message } from '@sendium/message';

/**
 * The messages that this process accepted last. Who asks for one of them before the tracker has
 * heard of it is told that it is accepted, instead of that there is none.
 */
export class RecentMessages {
  readonly #ring: (Message | undefined)[];
  readonly #byId = new Map<string, Message>();
  #next = 0;

  constructor(size: number) {
    this.#ring = new Array<Message | undefined>(size).fill(undefined);
  }

  /** Remembers the message in place of the oldest one. */
  add(message: Message): void {
    const oldest = this.#ring[this.#next];
    if (oldest !== undefined) this.#byId.delete(oldest.id);
    this.#ring[this.#next] = message;
    this.#byId.set(message.id, message);
    this.#next = (this.#next + 1) % this.#ring.length;
  }

  /** The account's message, if it is among them. */
  find(account: string, id: string): Message | undefined {
    const message = this.#byId.get(id);
    return message?.account === account ? message : undefined;
  }
}
