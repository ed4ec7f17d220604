// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { messageIdTimeMs, type MessageId } from '@sendium/message';
import { addFact, type Fact, type Facts, type MessageState } from '@sendium/receipts';

/** A message in memory. */
export interface RecentMessage {
  readonly id: MessageId;
  readonly facts: Map<string, Fact>;
  /** Undefined until it was folded. */
  state: MessageState | undefined;
}

/** Of so many facts per message there is room: some four of one part, or of five parts three. */
const factsPerMessage = 16;

/** The ingress that made an id may have a clock ahead of ours. */
const clockSkewMs = 600_000;

/**
 * The messages that were heard of last, bounded, with their carriers' keys: most receipts come soon. What
 * is here is as complete as the store, as long as nobody else writes there.
 */
export class RecentMessages {
  readonly #capacity: number;
  readonly #messages = new Map<MessageId, RecentMessage>();
  readonly #byKey = new Map<string, readonly MessageId[]>();
  /** Of messages made after this everything that is known is here. */
  #completeSinceMs: number;
  #facts = 0;

  constructor(capacity: number, nowMs: number) {
    this.#capacity = capacity;
    this.#completeSinceMs = nowMs + clockSkewMs;
  }

  get size(): number {
    return this.#messages.size;
  }

  find(id: MessageId): RecentMessage | undefined {
    return this.#messages.get(id);
  }

  /** Whether the store may know a message that is not here. */
  mayBeStored(id: MessageId): boolean {
    return messageIdTimeMs(id) <= this.#completeSinceMs;
  }

  /** Takes a message in, with what the store knows of it. */
  admit(id: MessageId, stored?: Facts): RecentMessage {
    const message: RecentMessage = { id, facts: new Map(), state: undefined };
    this.#messages.set(id, message);
    for (const fact of stored?.values() ?? []) this.add(message, fact);
    return message;
  }

  /** Adds a fact; tells whether it is news. */
  add(message: RecentMessage, fact: Fact): boolean {
    const before = message.facts.size;
    if (!addFact(message.facts, fact)) return false;
    this.#facts += message.facts.size - before;
    if (fact.kind === 'outcome' && fact.carrierKey !== '') {
      const known = this.findByKey(fact.carrierKey);
      if (!known.includes(message.id)) this.#byKey.set(fact.carrierKey, [...known, message.id]);
    }
    return true;
  }

  findByKey(key: string): readonly MessageId[] {
    return this.#byKey.get(key) ?? [];
  }

  /** Moves a message to the end of the line. */
  touch(message: RecentMessage): void {
    this.#messages.delete(message.id);
    this.#messages.set(message.id, message);
  }

  /** Lets go of what was not heard of for longest, down to the capacity. */
  evict(): void {
    for (const message of this.#messages.values()) {
      if (this.#messages.size <= this.#capacity && this.#facts <= this.#maxFacts) return;
      this.#forget(message);
    }
  }

  get #maxFacts(): number {
    return this.#capacity * factsPerMessage;
  }

  /** Lets go of everything: the store alone knows what holds. */
  clear(nowMs: number): void {
    this.#messages.clear();
    this.#byKey.clear();
    this.#facts = 0;
    this.#completeSinceMs = nowMs + clockSkewMs;
  }

  #forget({ id, facts }: RecentMessage): void {
    this.#messages.delete(id);
    this.#facts -= facts.size;
    this.#completeSinceMs = Math.max(this.#completeSinceMs, messageIdTimeMs(id));
    for (const fact of facts.values()) {
      if (fact.kind !== 'outcome' || fact.carrierKey === '') continue;
      const left = this.findByKey(fact.carrierKey).filter((other) => other !== id);
      if (left.length === 0) this.#byKey.delete(fact.carrierKey);
      else this.#byKey.set(fact.carrierKey, left);
    }
  }
}
