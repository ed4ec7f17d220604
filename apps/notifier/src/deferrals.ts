// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Events that were sent away without a call, on their way into LATER: many in one timer, because an
 * endpoint that does not work may have a hundred thousand of them. Each timer has an id of its own; one
 * that took the place of another would take its events with it.
 */
import { scheduleLater, type Bus } from '@sendium/bus';
import { dueDeliverChannel, encodeDeliverBatch, type DeliverItem } from '@sendium/contracts';

/** Where deferred events of one account go. */
export interface DeferralOptions {
  readonly bus: Bus;
  readonly producer: string;
  readonly account: string;
}

interface Gathering {
  readonly items: DeliverItem[];
  readonly settled: PromiseWithResolvers<undefined>;
  readonly firstAtMs: number;
  atMs: number;
  octets: number;
  readonly timer: NodeJS.Timeout;
}

const mostItems = 64;
const mostOctets = 96 * 1024;
const gatherMs = 15;
/** What comes again of a slow endpoint may come a little later still. */
const mostSpanMs = 60_000;

let timers = 0;

/** Gathers by endpoint and sets the timers. */
export class Deferrals {
  readonly #options: DeferralOptions;
  readonly #channel: ReturnType<typeof dueDeliverChannel>;
  readonly #gathering = new Map<string, Gathering>();

  constructor(options: DeferralOptions) {
    this.#options = options;
    this.#channel = dueDeliverChannel('webhook', options.account, options.producer);
  }

  /**
   * Resolves when it is durable that the item comes again, then or a few seconds later.
   *
   * @throws {TransientError} it is not
   */
  async add(lane: string, item: DeliverItem, atMs: number): Promise<void> {
    const octets = this.#channel.sizeOf(item);
    const known = this.#gathering.get(lane);
    if (known !== undefined && !hasRoomFor(known, octets, atMs)) this.#flush(lane);
    const gathering = this.#gathering.get(lane) ?? this.#begin(lane, atMs);
    gathering.items.push(item);
    gathering.octets += octets;
    gathering.atMs = Math.max(gathering.atMs, atMs);
    if (gathering.items.length >= mostItems) this.#flush(lane);
    await gathering.settled.promise;
  }

  #begin(lane: string, atMs: number): Gathering {
    const timer = setTimeout(() => this.#flush(lane), gatherMs);
    const settled = Promise.withResolvers<undefined>();
    const gathering = { items: [], settled, firstAtMs: atMs, atMs, octets: 0, timer };
    this.#gathering.set(lane, gathering);
    return gathering;
  }

  #flush(lane: string): void {
    const gathering = this.#gathering.get(lane);
    if (gathering === undefined) return;
    this.#gathering.delete(lane);
    clearTimeout(gathering.timer);
    const { items, atMs, settled } = gathering;
    const { bus, producer } = this.#options;
    scheduleLater(bus, {
      id: `hooks-${producer}-${(++timers).toString(36)}`,
      atMs,
      targetSubject: this.#channel.subject,
      octets: encodeDeliverBatch(items, producer),
    }).then(
      () => settled.resolve(undefined),
      (error: unknown) => settled.reject(error),
    );
  }
}

function hasRoomFor(gathering: Gathering, octets: number, atMs: number): boolean {
  if (gathering.octets + octets > mostOctets) return false;
  return Math.abs(atMs - gathering.firstAtMs) <= mostSpanMs;
}
