// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { SmscDriver } from '@sendium/testkit';

/** Steady SMS from mobiles, each with a text of its own; what the carrier took it sends until answered ROK. */
export class Mobiles implements Disposable {
  readonly #carrier: SmscDriver;
  readonly #phase: string;
  readonly #ticker: NodeJS.Timeout;
  readonly #underWay = new Set<Promise<void>>();
  /** The texts that the carrier has to deliver. */
  readonly sent = new Set<string>();
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
    const text = `mobile ${this.#phase} ${number}`;
    const from = `+4477009${String(number % 100_000).padStart(5, '0')}`;
    const sending = this.#carrier
      .inject({ from, to: '12345', text, systemId: 'sendium' })
      .then(() => void this.sent.add(text))
      .finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }
}
