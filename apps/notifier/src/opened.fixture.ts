// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { eventually } from '@sendium/testkit';
import { expect } from '@jest/globals';
import {
  startNotifier,
  type EndpointDocument,
  type NotifierOptions,
  type NotifierUnderTest,
} from './notifier.fixture.ts';
import { startReceiver, type Receiver, type ReceiverOptions } from './receiver.fixture.ts';

/** What one test opens; disposed of behind it. */
export class Opened implements AsyncDisposable {
  readonly #opened: AsyncDisposable[] = [];

  async receive(options: ReceiverOptions = {}): Promise<Receiver> {
    return this.use(await startReceiver(options));
  }

  /** A notifier with these endpoints of account demo. */
  async notify(
    endpoints: readonly EndpointDocument[],
    options: Partial<NotifierOptions> = {},
  ): Promise<NotifierUnderTest> {
    return this.use(await startNotifier({ accounts: { demo: endpoints }, ...options }));
  }

  use<T extends AsyncDisposable>(one: T): T {
    this.#opened.push(one);
    return one;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
  }
}

/** Nothing waits any more, neither new nor to come again. */
export async function nothingWaits(notifier: NotifierUnderTest): Promise<void> {
  await eventually(async () => expect(await notifier.waiting()).toBe(0), { timeoutMs: 20_000 });
}
