// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * Takes messages in: accepted means that JetStream has them, durably. Everything that can be known
 * to fail is refused before anything is published.
 */
import {
  OverloadedError,
  QueueFullError,
  UnavailableError,
  type Bus,
  type Publisher,
  type StoreUsage,
} from '@sendium/bus';
import { submitChannel, type Channel, type SubmitItem } from '@sendium/contracts';
import { lanes, type Lane, type Message, type RejectionCode } from '@sendium/message';
import type { Logger } from '@sendium/runtime';
import type { CounterCell, Metrics } from '@sendium/telemetry';
import type { Refusal } from './problem.ts';
import type { RecentMessages } from './recent-messages.ts';

/** What the intake works with. */
export interface IntakeParts {
  readonly bus: Bus;
  readonly publisher: Publisher;
  /** This process, as it signs its batches. */
  readonly producer: string;
  readonly store: Pick<StoreUsage, 'fraction'>;
  readonly recent: RecentMessages;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The rest of the store is room for what is on its way already, whose publishers cannot be refused. */
const refuseAbove = 0.8;

const queueFull: Refusal = { code: 'queue_full', retryAfterS: 1 };
const storeFull: Refusal = { code: 'queue_full', detail: 'The store is full', retryAfterS: 5 };
const overloaded: Refusal = { code: 'overloaded', retryAfterS: 1 };
const unavailable: Refusal = { code: 'unavailable', retryAfterS: 1 };
const internal: Refusal = { code: 'internal' };

/** The door to SUBMIT. */
export class Intake {
  readonly #parts: IntakeParts;
  readonly #channels: Readonly<Record<Lane, Channel<SubmitItem>>>;
  readonly #accepted = new Map<string, CounterCell>();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    const channels = lanes.map((lane) => [lane, submitChannel(lane, parts.producer)] as const);
    this.#channels = Object.fromEntries(channels) as Record<Lane, Channel<SubmitItem>>;
  }

  /** Resolves when the message is durable, or with the reason why it was not taken. */
  async accept(message: Message): Promise<Refusal | undefined> {
    const { bus, store, publisher, recent } = this.#parts;
    if (!bus.isConnected) return this.refused(unavailable);
    if (store.fraction > refuseAbove) return this.refused(storeFull);
    const item: SubmitItem = { message, attempt: 0, history: [], partsDone: [] };
    try {
      await publisher.publish(this.#channels[message.lane], item);
    } catch (error) {
      return this.refused(this.#toRefusal(error));
    }
    recent.add(message);
    this.#countAccepted(message.encoding);
    return undefined;
  }

  /** Counts the refusal and gives it back. */
  refused(refusal: Refusal): Refusal {
    const { code }: { readonly code: RejectionCode } = refusal;
    this.#parts.metrics.counter('sendium_messages_rejected_total', { ingress: 'http', code }).inc();
    return refusal;
  }

  #countAccepted(encoding: string): void {
    let cell = this.#accepted.get(encoding);
    if (cell === undefined) {
      const labels = { ingress: 'http', encoding };
      cell = this.#parts.metrics.counter('sendium_messages_accepted_total', labels);
      this.#accepted.set(encoding, cell);
    }
    cell.inc();
  }

  #toRefusal(error: unknown): Refusal {
    if (error instanceof QueueFullError) return error.full === 'store' ? storeFull : queueFull;
    if (error instanceof OverloadedError) return overloaded;
    if (error instanceof UnavailableError) return unavailable;
    this.#parts.log.error({ err: error }, 'a message could not be published');
    return internal;
  }
}
