// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReceivedEvent } from './read-event.ts';

/** One event in one line, without text and numbers. */
export function describeReceived(event: ReceivedEvent): string {
  const { type, messageId, sequence, signature, reason, answered } = event;
  const verdict = signature === 'holds' ? 'holds' : `FAILS: ${reason ?? ''}`;
  return [
    type === '' ? 'something that is no event' : type,
    ...(messageId === '' ? [] : [messageId]),
    ...(sequence === null ? [] : [`sequence ${sequence}`]),
    `signature ${verdict}`,
    ...(answered < 300 ? [] : [`answered ${answered}`]),
  ].join('  ');
}

/** Lets so many lines a second through, and tells how many it kept back. */
export class LineLimit {
  readonly #perSecond: number;
  readonly #print: (line: string) => void;
  #second = 0;
  #printed = 0;
  #heldBack = 0;

  constructor(perSecond: number, print: (line: string) => void) {
    this.#perSecond = perSecond;
    this.#print = print;
  }

  /** @param nowMs milliseconds; only the second counts */
  write(line: string, nowMs: number): void {
    this.flush(nowMs);
    if (this.#printed < this.#perSecond) {
      this.#printed++;
      this.#print(line);
    } else this.#heldBack++;
  }

  /** Tells what was kept back in a second that is over. */
  flush(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second === this.#second) return;
    this.#second = second;
    this.#printed = 0;
    if (this.#heldBack > 0) this.#print(`and ${this.#heldBack} more`);
    this.#heldBack = 0;
  }
}
