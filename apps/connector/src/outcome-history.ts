// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { decodeApart, follow, JetStreamApiError, type Bus, type Follower } from '@sendium/bus';
import {
  decodeEventBatch,
  producerOf,
  streams,
  subjects,
  type EventKind,
} from '@sendium/contracts';
import type { AttemptMemory } from './attempt-memory.ts';

/** Whose history, and where it is kept. */
export interface OutcomeHistoryOptions {
  readonly bus: Bus;
  readonly connector: string;
  readonly group: string;
  /** Names this process: what it wrote itself it need not read. */
  readonly producer: string;
  readonly memory: AttemptMemory;
  /** Whether intents count: where unknown outcomes are parked. */
  readonly withIntents: boolean;
  readonly nowMs: () => number;
}

/** Clocks of two hosts may differ by so much. */
const skewMs = 60_000;

/**
 * Keeps the memory up to date with what earlier runs and fellow replicas did. The first reading begins at
 * the oldest message that still waits for the connector: of what is older nothing can be handed out again.
 */
export class OutcomeHistory implements AsyncDisposable {
  readonly #options: OutcomeHistoryOptions;
  #follower: Follower | undefined;

  constructor(options: OutcomeHistoryOptions) {
    this.#options = options;
  }

  /** Resolves when everything that was written before the call is in the memory. */
  async catchUp(): Promise<void> {
    this.#follower ??= await this.#begin();
    await this.#follower.untilCaughtUp();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#follower?.[Symbol.asyncDispose]();
  }

  async #begin(): Promise<Follower> {
    const { bus, connector, group, withIntents, nowMs } = this.#options;
    const oldestMs = await oldestWaitingMs(bus, connector);
    const start = { kind: 'time', sinceMs: (oldestMs ?? nowMs()) - skewMs } as const;
    const kinds: readonly EventKind[] = withIntents ? ['outcome', 'intent'] : ['outcome'];
    return follow(bus, {
      stream: streams.events,
      subjects: kinds.map((kind) => subjects.event(group, kind)),
      start,
      onMessage: ({ octets }) => {
        this.#read(octets);
      },
    });
  }

  #read(octets: Uint8Array): void {
    const { bus, connector, producer, memory } = this.#options;
    if (producerOf(octets) === producer) return;
    const { items, poison } = decodeApart(octets, (part) => decodeEventBatch(part).events);
    for (const { error } of poison) {
      bus.log.error({ err: error, connector }, 'an outcome cannot be read');
    }
    for (const event of items) {
      if (event.kind === 'outcome' && event.connector === connector) memory.recordOutcome(event);
      else if (event.kind === 'intent' && event.connector === connector) {
        memory.recordIntent(event.messageId, event.attempt, event.part);
      }
    }
  }
}

/** When the oldest batch that waits for the connector, or is in some replica's hands, was stored. */
async function oldestWaitingMs(bus: Bus, connector: string): Promise<number | undefined> {
  try {
    const { message } = await bus.api<{ readonly message: { readonly time: string } }>(
      `STREAM.MSG.GET.${streams.dispatch}`,
      { seq: 1, next_by_subj: subjects.dispatchOf(connector) },
    );
    return Date.parse(message.time);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === 404) return undefined;
    throw error;
  }
}
