// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The application that webhooks go to: it keeps book of every call that it answered with 2xx, and refuses
 * some, so that there are always some that come again. It lives while everything else is killed.
 */
import { createHash } from 'node:crypto';
import { startReceiver, type ReceivedEvent, type Receiver } from '@sendium/stack';

/** Verifies the signatures. */
export const webhookSecret = `whsec_${createHash('sha256').update('crash').digest('base64')}`;

/** Not so many that an endpoint would be left alone for a while. */
const refusedShare = 0.05;
const answerMs = 40;

interface Told {
  times: number;
  readonly digest: string;
}

/** What the book says of some events. */
export interface ToldCounts {
  /** Of those asked for, told once or more. */
  readonly told: number;
  /** Calls beyond the first of each. */
  readonly again: number;
}

/** When things happened is folded anew from what is known when an event is told again after a crash. */
const times: ReadonlySet<string> = new Set(['timestamp', 'sent_at', 'completed_at']);

/** What every repetition must say: everything but the times. */
function identityOf(body: string): string {
  const withoutTimes = (key: string, value: unknown): unknown =>
    times.has(key) ? undefined : value;
  return JSON.stringify(JSON.parse(body, withoutTimes));
}

export class WebhookBook implements AsyncDisposable {
  readonly #told = new Map<string, Told>();
  /** How often each text came, of SMS from mobiles. */
  readonly texts = new Map<string, number>();
  /** Calls whose signature did not hold. */
  unsigned = 0;
  /** Repetitions that said something else under the same id. */
  differing = 0;
  #receiver: Receiver | undefined;

  /** @param random from 0 to 1 */
  static async open(random: () => number): Promise<WebhookBook> {
    const book = new WebhookBook();
    book.#receiver = await startReceiver({
      secret: webhookSecret,
      keep: 1,
      answerBy: () => (random() < refusedShare ? 500 : undefined),
      onEvent: (event, body) => book.#take(event, body),
    });
    // So that calls are under way whenever something is killed.
    book.#receiver.behave({ delayMs: answerMs });
    return book;
  }

  get hookUrl(): string {
    return this.#receiver?.hookUrl ?? '';
  }

  /** Whether this was told. */
  has(webhookId: string): boolean {
    return this.#told.has(webhookId);
  }

  countOf(webhookIds: Iterable<string>): ToldCounts {
    let [told, again] = [0, 0];
    for (const id of webhookIds) {
      const times = this.#told.get(id)?.times ?? 0;
      told += Math.min(times, 1);
      again += Math.max(times - 1, 0);
    }
    return { told, again };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#receiver?.[Symbol.asyncDispose]();
  }

  #take({ signature, webhookId, type, answered }: ReceivedEvent, body: string): void {
    if (signature !== 'holds') {
      this.unsigned++;
      return;
    }
    if (answered >= 300) return;
    const digest = createHash('sha1').update(identityOf(body)).digest('base64');
    const known = this.#told.get(webhookId);
    if (known === undefined) this.#told.set(webhookId, { times: 1, digest });
    else {
      known.times++;
      if (known.digest !== digest) this.differing++;
    }
    if (type === 'message.received') this.#takeText(body);
  }

  #takeText(body: string): void {
    const { data } = JSON.parse(body) as { data: { message: { text: string | null } } };
    const text = data.message.text ?? '';
    this.texts.set(text, (this.texts.get(text) ?? 0) + 1);
  }
}
