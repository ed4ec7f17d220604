// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * What waits for a connector that has left the configuration would wait for ever: its readers are gone. The
 * router looks for such subjects after each change and now and then, and takes what it finds back.
 */
import {
  applyTopology,
  consumeBatches,
  deadLetters,
  listSubjects,
  type BatchConsumer,
} from '@sendium/bus';
import {
  connectorConsumers,
  decodeDispatchBatch,
  encodeDispatchBatch,
  streams,
  type DispatchItem,
} from '@sendium/contracts';
import type { Logger } from '@sendium/runtime';
import type { RouterWork } from './consume-submissions.ts';
import { returnOrphan } from './return-orphan.ts';

const searchEveryMs = 30_000;
const maxItemsInHand = 256;

type OrphanWork = RouterWork & { readonly log: Logger };

/** Takes back what waits for connectors that are gone, until it is disposed of. */
export function consumeOrphans(work: OrphanWork): AsyncDisposable {
  return new OrphanConsumers(work);
}

class OrphanConsumers implements AsyncDisposable {
  readonly #work: OrphanWork;
  readonly #consumers = new Map<string, BatchConsumer>();
  readonly #timer: NodeJS.Timeout;
  readonly #unsubscribe: () => void;
  #searching: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(work: OrphanWork) {
    this.#work = work;
    this.#timer = setInterval(() => this.#searchSoon(), searchEveryMs);
    this.#unsubscribe = work.configuration.onChange(() => this.#searchSoon());
    this.#searchSoon();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#unsubscribe();
    await this.#searching;
    await Promise.all([...this.#consumers.values()].map((each) => each[Symbol.asyncDispose]()));
  }

  /** One search after the other; a failed one is made up for by the next. */
  #searchSoon(): void {
    this.#searching = this.#searching
      .then(() => this.#search())
      .catch((error: unknown) => this.#work.log.warn({ err: error }, 'could not look for orphans'));
  }

  async #search(): Promise<void> {
    if (this.#isStopped || !this.#work.bus.isConnected) return;
    const { connectors } = this.#work.configuration.current;
    for (const [name, consumer] of this.#consumers) {
      if (!connectors.has(name)) continue;
      this.#consumers.delete(name);
      await consumer[Symbol.asyncDispose]();
    }
    for (const name of await this.#waitingConnectors()) {
      if (!connectors.has(name) && !this.#consumers.has(name)) await this.#take(name);
    }
  }

  async #waitingConnectors(): Promise<ReadonlySet<string>> {
    const subjects = await listSubjects(this.#work.bus, streams.dispatch);
    return new Set(subjects.map((subject) => subject.split('.')[1] ?? ''));
  }

  async #take(connector: string): Promise<void> {
    const { bus, publisher, outlets, clock, producer, log } = this.#work;
    const consumers = connectorConsumers(connector);
    await applyTopology(bus, { consumers });
    log.warn(
      { connector },
      'the connector has left the configuration: its messages are routed again',
    );
    const consumer = consumeBatches<DispatchItem>(bus, {
      sources: consumers,
      decode: decodeDispatchBatch,
      handle: (item) => returnOrphan(item, connector, clock.nowMs(), outlets),
      deadLetter: deadLetters(publisher, {
        origin: 'router',
        encode: (item) => encodeDispatchBatch([item], producer),
        messageIdOf: (item) => item.message.id,
        nowMs: () => clock.nowMs(),
      }),
      maxItemsInHand,
    });
    this.#consumers.set(connector, consumer);
  }
}
