// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { SmscDriver } from '@sendium/testkit';

/** What fits into one part of a long message in the default alphabet. */
const partLength = 153;
/** One in so many is of three parts. */
const longEvery = 4;

/** Steady SMS from mobiles, each with a text of its own; what the carrier took it sends until answered ROK. */
export class Mobiles implements Disposable {
  readonly #carrier: SmscDriver;
  readonly #phase: string;
  readonly #ticker: NodeJS.Timeout;
  readonly #underWay = new Set<Promise<void>>();
  /** The texts that the carrier has to deliver, and the same as they stand in each deliver_sm. */
  readonly whole = new Set<string>();
  readonly parts = new Set<string>();
  #count = 0;

  constructor(carrier: SmscDriver, phase: string, perSecond: number) {
    this.#carrier = carrier;
    this.#phase = phase;
    this.#ticker = setInterval(() => this.#send(), 1000 / perSecond);
  }

  /** Resolves when nothing more comes. */
  async stop(): Promise<void> {
    clearInterval(this.#ticker);
    await Promise.all(this.#underWay);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#ticker);
  }

  #send(): void {
    const number = ++this.#count;
    const parts = this.#partsOf(number);
    const text = parts.join('');
    const from = `+4477009${String(number % 100_000).padStart(5, '0')}`;
    const sending = this.#carrier
      .inject({ from, to: '12345', text, systemId: 'sendium' })
      .then(() => {
        this.whole.add(text);
        for (const part of parts) this.parts.add(part);
      })
      .finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  #partsOf(number: number): readonly string[] {
    const text = `mobile ${this.#phase} ${number}`;
    if (number % longEvery > 0) return [text];
    return [1, 2, 3].map((part) => `${text} part ${part} `.padEnd(partLength, '.'));
  }
}
