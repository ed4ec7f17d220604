// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Works tellings into the store. Invariants:
 * T1  When `record` resolves, everything told is in the store, or parked there. Until then no event is
 *     acknowledged.
 * T2  Told again, in any order, with any other tellings: the same documents (facts join).
 * T3  Memory is never ahead of the store: when a write fails all that is in memory is let go.
 * T4  A receipt is tried against everything that came before it and together with it; a receipt that was
 *     parked is tried whenever a part becomes known under one of its keys.
 * T5  What has to be reported is durable before the facts that it follows from: after a crash in between
 *     the news are news again, and are reported again rather than not at all.
 */
import { rankOf, type MessageId } from '@sendium/message';
import {
  matchReceipt,
  stateOf,
  type Fact,
  type Facts,
  type MessageState,
  type ReceiptFact,
} from '@sendium/receipts';
import type { MessageStore, ParkedReceipt, StoredInbound } from '@sendium/store';
import type { Reporting } from './publish-reports.ts';
import type { RecentMessage, RecentMessages } from './recent-messages.ts';
import type { Telling } from './telling.ts';

/** What a message was before and is now, and the news that brought it there. */
export interface Step {
  readonly messageId: MessageId;
  readonly previous: MessageState | undefined;
  readonly next: MessageState;
  readonly news: readonly Fact[];
}

/** Everything that is done in one write. */
interface Work {
  readonly touched: Map<MessageId, { readonly message: RecentMessage; readonly news: Fact[] }>;
  readonly newKeys: Set<string>;
  readonly park: ParkedReceipt[];
  readonly unpark: string[];
  readonly inbound: readonly StoredInbound[];
}

/** The one place where facts become known. Calls of `record` must not overlap. */
export class Ledger {
  readonly #store: MessageStore;
  readonly #recent: RecentMessages;
  readonly #nowMs: () => number;
  readonly #report: Reporting;

  /** @param report makes durable what the steps have to be reported */
  constructor(
    store: MessageStore,
    recent: RecentMessages,
    nowMs: () => number,
    report: Reporting = () => undefined,
  ) {
    this.#store = store;
    this.#recent = recent;
    this.#nowMs = nowMs;
    this.#report = report;
  }

  /**
   * Works in all of these by one write.
   * @returns each message of which something new became known
   * @throws {StoreError} nothing can be said of what was written; tell all of it again
   * @throws {TransientError} nothing was written, as reports are not durable; tell all of it again
   */
  async record(tellings: readonly Telling[]): Promise<readonly Step[]> {
    try {
      return await this.#record(tellings);
    } catch (error) {
      this.#recent.clear(this.#nowMs());
      throw error;
    }
  }

  async #record(tellings: readonly Telling[]): Promise<readonly Step[]> {
    const inbound = tellings.flatMap((told) => (told.kind === 'inbound' ? [told.inbound] : []));
    const work: Work = { touched: new Map(), newKeys: new Set(), park: [], unpark: [], inbound };
    await this.#recall(tellings.flatMap((told) => (told.kind === 'fact' ? [told.messageId] : [])));
    for (const told of tellings) {
      if (told.kind === 'fact') this.#tell(work, told.messageId, told.fact);
    }
    await this.#tryParked(work);
    const receipts = tellings.flatMap((told) => (told.kind === 'receipt' ? [told.receipt] : []));
    work.park.push(...(await this.#settle(work, receipts)));
    const steps = this.#fold(work);
    const reporting = this.#report(steps);
    if (reporting !== undefined) await reporting;
    await this.#write(work, steps);
    this.#recent.evict();
    return steps;
  }

  /** Brings the messages into memory that are not there. */
  async #recall(ids: readonly MessageId[]): Promise<void> {
    const missing = new Set(ids.filter((id) => this.#recent.find(id) === undefined));
    if (missing.size === 0) return;
    const asked = [...missing].filter((id) => this.#recent.mayBeStored(id));
    const stored = await this.#factsOf(asked);
    for (const id of missing) this.#recent.admit(id, stored.get(id));
  }

  async #factsOf(ids: readonly MessageId[]): Promise<ReadonlyMap<MessageId, Facts>> {
    return ids.length === 0 ? new Map<MessageId, Facts>() : this.#store.factsOf(ids);
  }

  #tell(work: Work, id: MessageId, fact: Fact): void {
    const message = this.#recent.find(id) ?? this.#recent.admit(id);
    const known = work.touched.get(id);
    if (known === undefined) this.#recent.touch(message);
    if (!this.#recent.add(message, fact)) return;
    if (known === undefined) work.touched.set(id, { message, news: [fact] });
    else known.news.push(fact);
    if (fact.kind === 'outcome' && fact.carrierKey !== '') work.newKeys.add(fact.carrierKey);
  }

  /** Receipts that were parked may be about the parts that became known just now. */
  async #tryParked(work: Work): Promise<void> {
    if (!this.#store.hasParked || work.newKeys.size === 0) return;
    const parked = await this.#store.findParked([...work.newKeys]);
    const left = new Set(await this.#settle(work, parked));
    for (const receipt of parked) if (!left.has(receipt)) work.unpark.push(receipt.id);
  }

  /**
   * Finds the receipts' messages: in memory, then in the store by the likeliest key, then by the others.
   * Gives back the receipts that found none.
   */
  async #settle(work: Work, receipts: readonly ParkedReceipt[]): Promise<readonly ParkedReceipt[]> {
    let left = receipts.filter((receipt) => !this.#match(work, receipt));
    for (const [from, to] of [
      [0, 1],
      [1, undefined],
    ] as const) {
      const keys = new Set(left.flatMap((receipt) => receipt.keys.slice(from, to)));
      if (keys.size === 0) return left;
      const found = await this.#store.findByCarrierKeys([...keys]);
      if (found.size === 0) continue;
      await this.#recall([...found.values()].flat());
      left = left.filter((receipt) => !this.#match(work, receipt));
    }
    return left;
  }

  #match(work: Work, parked: ParkedReceipt): boolean {
    const { keys, recipient, receipt } = parked;
    const candidates = new Map<MessageId, Facts>();
    for (const id of keys.flatMap((key) => this.#recent.findByKey(key))) {
      const message = this.#recent.find(id);
      if (message !== undefined) candidates.set(id, message.facts);
    }
    const query = { keys, recipient, atMs: receipt.atMs };
    const matched = matchReceipt(query, candidates);
    if (matched === undefined) return false;
    const { attempt, part } = matched.outcome;
    this.#tell(work, matched.messageId, { ...receipt, attempt, part });
    return true;
  }

  #fold(work: Work): readonly Step[] {
    const steps: Step[] = [];
    for (const { message, news } of work.touched.values()) {
      const previous = message.state ?? this.#stateBefore(message, news);
      message.state = stateOf(message.facts);
      steps.push({ messageId: message.id, previous, next: message.state, news });
    }
    return steps;
  }

  /** Of a message that was read from the store just now. */
  #stateBefore({ facts }: RecentMessage, news: readonly Fact[]): MessageState | undefined {
    if (facts.size === news.length) return undefined;
    const fresh = new Set(news);
    const before = new Map([...facts].filter(([, fact]) => !fresh.has(fact)));
    return before.size === 0 ? undefined : stateOf(before);
  }

  async #write({ park, unpark, inbound }: Work, steps: readonly Step[]): Promise<void> {
    const facts = steps.map(({ messageId, next, news }) => ({
      ...{ messageId, facts: news, rank: rankOf(next.status) },
    }));
    if (facts.length + park.length + unpark.length + inbound.length === 0) return;
    await this.#store.write({ facts, park, unpark, inbound });
  }
}

/** Whether a step brought a message to a state that nothing changes any more. */
export function hasEnded({ previous, next }: Step): boolean {
  const end = rankOf('delivered');
  return rankOf(next.status) === end && (previous === undefined || rankOf(previous.status) < end);
}

/** The receipts among a step's news. */
export function newReceipts({ news }: Step): readonly ReceiptFact[] {
  return news.filter((fact) => fact.kind === 'receipt');
}
