// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Events that were sent away without a call, on their way into LATER: many in one timer, and one for all
 * the endpoints that could not take it, because endpoints that do not work may have a hundred thousand of
 * them. Each timer has an id of its own; one that took the place of another would take its events with it.
 */
import { scheduleLater, type Bus } from '@sendium/bus';
import {
  deliverIdOf,
  dueDeliverChannel,
  encodeDeliverBatch,
  type DeliverItem,
} from '@sendium/contracts';
import type { NamedItem } from './pending-retries.ts';

/** Where deferred events of one account go. */
export interface DeferralOptions {
  readonly bus: Bus;
  readonly producer: string;
  readonly account: string;
  readonly nowMs: () => number;
}

interface Gathering {
  /** By event: an event for several endpoints is there once. */
  readonly items: Map<string, NamedItem>;
  readonly settled: PromiseWithResolvers<undefined>;
  readonly firstAtMs: number;
  atMs: number;
  octets: number;
  readonly timer: NodeJS.Timeout;
}

const mostItems = 64;
const mostOctets = 96 * 1024;
const gatherMs = 15;
const leastSpanMs = 1000;
const separator = ',';

let timers = 0;

/** The endpoints that an item names; undefined when it is for all that want it. */
export function endpointsOf({ endpoint }: DeliverItem): readonly string[] | undefined {
  return endpoint?.split(separator);
}

/** Gathers what comes again at about the same time, and sets the timers. */
export class Deferrals {
  readonly #options: DeferralOptions;
  readonly #channel: ReturnType<typeof dueDeliverChannel>;
  readonly #gathering = new Set<Gathering>();

  constructor(options: DeferralOptions) {
    this.#options = options;
    this.#channel = dueDeliverChannel('webhook', options.account, options.producer);
  }

  /**
   * Resolves when it is durable that the item comes again, at that time or by half the wait later.
   *
   * @throws {TransientError} it is not
   */
  async add(item: NamedItem, atMs: number): Promise<void> {
    const spanMs = Math.max(leastSpanMs, (atMs - this.#options.nowMs()) / 2);
    const gathering = this.#find(atMs, spanMs) ?? this.#begin(atMs);
    const key = `${deliverIdOf(item)} ${item.tries}`;
    const known = gathering.items.get(key);
    gathering.items.set(key, known === undefined ? item : forBoth(known, item));
    if (known === undefined) gathering.octets += this.#channel.sizeOf(item);
    gathering.atMs = Math.max(gathering.atMs, atMs);
    const isFull = gathering.items.size >= mostItems || gathering.octets >= mostOctets;
    // Once this turn is over: other endpoints may have to defer the same event.
    if (isFull) setImmediate(() => this.#flush(gathering));
    await gathering.settled.promise;
  }

  #find(atMs: number, spanMs: number): Gathering | undefined {
    for (const gathering of this.#gathering) {
      if (Math.abs(atMs - gathering.firstAtMs) <= spanMs) return gathering;
    }
    return undefined;
  }

  #begin(atMs: number): Gathering {
    const gathering: Gathering = {
      ...{ items: new Map<string, NamedItem>(), settled: Promise.withResolvers<undefined>() },
      ...{ firstAtMs: atMs, atMs, octets: 0 },
      timer: setTimeout(() => this.#flush(gathering), gatherMs),
    };
    this.#gathering.add(gathering);
    return gathering;
  }

  #flush(gathering: Gathering): void {
    if (!this.#gathering.delete(gathering)) return;
    clearTimeout(gathering.timer);
    const { atMs, settled } = gathering;
    const items = [...gathering.items.values()];
    const writing = pieces(items, (item) => this.#channel.sizeOf(item)).map((piece) =>
      this.#set(piece, atMs),
    );
    Promise.all(writing).then(
      () => settled.resolve(undefined),
      (error: unknown) => settled.reject(error),
    );
  }

  #set(items: readonly NamedItem[], atMs: number): Promise<void> {
    const { bus, producer } = this.#options;
    return scheduleLater(bus, {
      id: `hooks-${producer}-${(++timers).toString(36)}`,
      atMs,
      targetSubject: this.#channel.subject,
      octets: encodeDeliverBatch(items, producer),
    });
  }
}

function forBoth(known: NamedItem, { endpoint, firstTriedAtMs }: NamedItem): NamedItem {
  return {
    ...known,
    endpoint: `${known.endpoint}${separator}${endpoint}`,
    firstTriedAtMs: Math.min(known.firstTriedAtMs ?? Infinity, firstTriedAtMs ?? Infinity),
  };
}

/** What came in the turn that filled it may be more than one batch should hold. */
function pieces(
  items: readonly NamedItem[],
  sizeOf: (item: NamedItem) => number,
): readonly (readonly NamedItem[])[] {
  const made: NamedItem[][] = [[]];
  let octets = 0;
  for (const item of items) {
    octets += sizeOf(item);
    const last = made.at(-1);
    if (
      last !== undefined &&
      (last.length === 0 || (last.length < mostItems && octets <= mostOctets))
    ) {
      last.push(item);
    } else {
      made.push([item]);
      octets = sizeOf(item);
    }
  }
  return made;
}
