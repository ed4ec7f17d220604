// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The door to SUBMIT, the same for every ingress: accepted means that JetStream has the message,
 * durably. Everything that can be known to fail is refused before anything is published.
 */
import { submitChannel, type Channel, type SubmitItem } from '@sendium/contracts';
import { lanes, type Lane, type Message } from '@sendium/message';
import type { Scope } from '@sendium/runtime';
import { observeStore, type Metrics } from '@sendium/telemetry';
import type { Bus } from './bus.ts';
import { OverloadedError, QueueFullError, UnavailableError } from './errors.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { watchStoreUsage, type StoreUsage, type StoreUsageOptions } from './store-usage.ts';

/** Why a message was not taken: codes of the table of rejections, but that a full store is told apart. */
export type DoorRefusal = 'queue_full' | 'store_full' | 'overloaded' | 'unavailable' | 'internal';

/** What the door works with. */
export interface DoorParts {
  readonly bus: Bus;
  readonly publisher: Publisher;
  /** This process, as it signs its batches. */
  readonly producer: string;
  readonly store: Pick<StoreUsage, 'fraction'>;
}

/** The rest of the store is room for what is on its way already, whose publishers cannot be refused. */
const refuseAbove = 0.8;

/** Takes messages in. */
export class SubmitDoor {
  readonly #parts: DoorParts;
  readonly #channels: Readonly<Record<Lane, Channel<SubmitItem>>>;

  constructor(parts: DoorParts) {
    this.#parts = parts;
    const channels = lanes.map((lane) => [lane, submitChannel(lane, parts.producer)] as const);
    this.#channels = Object.fromEntries(channels) as Record<Lane, Channel<SubmitItem>>;
  }

  /** Resolves when the message is durable, or with the reason why it was not taken. */
  async accept(message: Message): Promise<DoorRefusal | undefined> {
    const { bus, store, publisher } = this.#parts;
    if (!bus.isConnected) return 'unavailable';
    if (store.fraction > refuseAbove) return 'store_full';
    const item: SubmitItem = { message, attempt: 0, history: [], partsDone: [] };
    try {
      await publisher.publish(this.#channels[message.lane], item);
      return undefined;
    } catch (error) {
      return this.#toRefusal(error);
    }
  }

  #toRefusal(error: unknown): DoorRefusal {
    if (error instanceof QueueFullError)
      return error.full === 'store' ? 'store_full' : 'queue_full';
    if (error instanceof OverloadedError) return 'overloaded';
    if (error instanceof UnavailableError) return 'unavailable';
    this.#parts.bus.log.error({ err: error }, 'a message could not be published');
    return 'internal';
  }
}

/** What the door of a service is made of. */
export interface OpenDoorOptions {
  readonly bus: Bus;
  readonly producer: string;
  readonly scope: Scope;
  readonly metrics: Metrics;
  readonly config: { readonly store: StoreUsageOptions };
}

/** The door, and what tells how much passes through it. */
export interface OpenDoor {
  readonly door: SubmitDoor;
  readonly publisher: Publisher;
  readonly store: StoreUsage;
}

/** Opens the door of an ingress; the scope closes it. */
export function openSubmitDoor(options: OpenDoorOptions): OpenDoor {
  const { bus, producer, scope, metrics, config } = options;
  const store = watchStoreUsage(bus, config.store);
  scope.defer(() => store[Symbol.dispose]());
  observeStore(metrics, store);
  const publisher = scope.use(createPublisher(bus, { retry: { untilMs: 5000 } }));
  return { door: new SubmitDoor({ bus, publisher, producer, store }), publisher, store };
}
