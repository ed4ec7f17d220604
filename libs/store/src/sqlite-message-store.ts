// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * The store in one file, by node:sqlite. Its API is synchronous: a commit stands still until the disk has
 * it. So what comes in meanwhile waits in the sockets, and goes into the next commit together.
 *
 * L1  One `write` is one transaction with one fsync.
 * L2  After a failure everything kept in memory is read again from the file: the file is the truth.
 */
import { DatabaseSync } from 'node:sqlite';
import type { Message, MessageId } from '@sendium/message';
import { addFact, type Fact, type Facts } from '@sendium/receipts';
import { CarrierIndex, hasCarrierKey } from './carrier-index.ts';
import { decodeFacts, encodeFacts } from './fact-json.ts';
import {
  StoreError,
  type AgedMessage,
  type AgeRange,
  type InboundRange,
  type MessageStore,
  type NewFacts,
  type ParkedReceipt,
  type StoreChanges,
  type StoredInbound,
  type Visit,
  type Walk,
} from './message-store.ts';
import { SqliteInbound, idPrefix } from './sqlite-inbound.ts';
import { migrate } from './sqlite-schema.ts';
import { prepareStatements, type Statements } from './sqlite-statements.ts';

export interface SqliteStoreOptions {
  readonly file: string;
  /** Carriers' keys that are kept in memory before they are sorted in; twice that at most. Default 20,000. */
  readonly freshKeys?: number;
}

// EXCLUSIVE: the tracker is the only writer, and a second one by mistake must not start.
const pragmas = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -65536;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA journal_size_limit = 67108864;
`;

class SqliteMessageStore implements MessageStore {
  readonly #db: DatabaseSync;
  readonly #statements: Statements;
  readonly #freshKeys: number;
  readonly #inbound: SqliteInbound;
  #carrierIndex: CarrierIndex;
  #parkedCount: number;
  /** Rows are never numbered again, also when the last were forgotten: `settled` counts on that. */
  #lastRow: number;

  constructor({ file, freshKeys = 20_000 }: SqliteStoreOptions) {
    this.#db = new DatabaseSync(file, { timeout: 1000 });
    this.#freshKeys = freshKeys;
    this.#db.exec(pragmas);
    migrate(this.#db);
    this.#statements = prepareStatements(this.#db);
    this.#inbound = new SqliteInbound(this.#db);
    this.#carrierIndex = new CarrierIndex(this.#db, freshKeys);
    this.#parkedCount = this.#countParked();
    this.#lastRow = this.#findLastRow();
  }

  get hasParked(): boolean {
    return this.#parkedCount > 0;
  }

  write(changes: StoreChanges): Promise<void> {
    return this.#transact('write', () => {
      const { facts = [], park = [], unpark = [], inbound = [] } = changes;
      for (const entry of facts) this.#addFacts(entry);
      for (const receipt of park) this.#park(receipt);
      for (const id of unpark) this.#unpark(id);
      for (const message of inbound) this.#inbound.keep(message);
      this.#keepBooks(changes);
      this.#carrierIndex.settle(this.#lastRow);
    });
  }

  forget(ids: readonly MessageId[]): Promise<void> {
    return this.#transact('forget', () => {
      for (const id of ids) {
        for (const fact of this.#facts(id).values()) this.#forgetNames(id, fact);
        this.#statements.forgetFacts.run(id);
      }
    });
  }

  factsOf(ids: readonly MessageId[]): Promise<ReadonlyMap<MessageId, Facts>> {
    return this.#read('read facts', () => {
      const found = new Map<MessageId, Facts>();
      for (const id of ids) {
        const facts = this.#facts(id);
        if (facts.size > 0) found.set(id, facts);
      }
      return found;
    });
  }

  findByCarrierKeys(keys: readonly string[]): Promise<ReadonlyMap<string, readonly MessageId[]>> {
    return this.#read('find by carrier key', () => {
      const found = new Map<string, readonly MessageId[]>();
      for (const key of keys) {
        const ids = this.#carrierIndex.find(key);
        if (ids.length > 0) found.set(key, ids);
      }
      return found;
    });
  }

  findByClientId(account: string, clientMessageId: string): Promise<readonly MessageId[]> {
    return this.#read('find by client id', () => {
      const rows = this.#statements.byClientId.all(account, clientMessageId);
      return rows.map((row) => row['message_id'] as MessageId);
    });
  }

  findParked(keys: readonly string[]): Promise<readonly ParkedReceipt[]> {
    return this.#read('find parked receipts', () => {
      const found = new Map<string, ParkedReceipt>();
      for (const key of keys) {
        for (const row of this.#statements.parkedByKey.all(key)) {
          const receipt = toParked(row);
          found.set(receipt.id, receipt);
        }
      }
      return [...found.values()];
    });
  }

  listParked(beforeMs: number, limit: number): Promise<readonly ParkedReceipt[]> {
    return this.#read('list parked receipts', () =>
      this.#statements.parkedByAge.all(beforeMs, limit).map(toParked),
    );
  }

  listByAge({ after, beforeMs, limit }: AgeRange): Promise<readonly AgedMessage[]> {
    return this.#read('list messages by age', () => {
      const rows = this.#statements.byAge.all(after ?? '', idPrefix(beforeMs), limit);
      return rows.map((row) => ({
        messageId: row['message_id'] as MessageId,
        rank: Number(row['rank']),
      }));
    });
  }

  listVisits(untilMs: number, limit: number): Promise<readonly Visit[]> {
    return this.#read('list visits', () => {
      const rows = this.#statements.visits.all(untilMs, limit);
      return rows.map((row) => ({
        messageId: row['message_id'] as MessageId,
        dueAtMs: Number(row['due_at_ms']),
      }));
    });
  }

  bookmark(walk: Walk): Promise<MessageId | undefined> {
    return this.#read('read a bookmark', () => {
      const row = this.#statements.bookmark.get(walk);
      return row?.['message_id'] as MessageId | undefined;
    });
  }

  listInbound(range: InboundRange): Promise<readonly StoredInbound[]> {
    return this.#read('list inbound messages', () => this.#inbound.list(range));
  }

  findInbound(id: string): Promise<StoredInbound | undefined> {
    return this.#read('find an inbound message', () => this.#inbound.find(id));
  }

  async forgetInbound(beforeMs: number, limit: number): Promise<number> {
    let count = 0;
    await this.#transact('forget inbound messages', () => {
      count = this.#inbound.forget(beforeMs, limit);
    });
    return count;
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (this.#db.isOpen) this.#db.close();
    return Promise.resolve();
  }

  #addFacts({ messageId, facts, rank }: NewFacts): void {
    const body = encodeFacts(facts);
    this.#statements.addFacts.run(++this.#lastRow, messageId, rank, body);
    for (const fact of facts) {
      if (hasCarrierKey(fact)) {
        this.#carrierIndex.add(fact.carrierKey, messageId);
      } else if ('message' in fact) {
        for (const clientId of clientIdsOf(fact.message)) {
          this.#statements.addClientId.run(fact.message.account, clientId, messageId);
        }
      }
    }
  }

  #forgetNames(messageId: MessageId, fact: Fact): void {
    if (hasCarrierKey(fact)) this.#carrierIndex.forget(fact.carrierKey, messageId);
    if (!('message' in fact)) return;
    for (const clientId of clientIdsOf(fact.message)) {
      this.#statements.forgetClientId.run(fact.message.account, clientId, messageId);
    }
  }

  #park(parked: ParkedReceipt): void {
    const body = JSON.stringify(parked);
    const { changes } = this.#statements.park.run(parked.id, parked.receipt.atMs, body);
    this.#parkedCount += Number(changes);
    for (const key of parked.keys) this.#statements.parkKey.run(key, parked.id);
  }

  #unpark(id: string): void {
    const row = this.#statements.parked.get(id);
    if (row === undefined) return;
    for (const key of toParked(row).keys) this.#statements.unparkKey.run(key, id);
    this.#statements.unpark.run(id);
    this.#parkedCount--;
  }

  #keepBooks({ visits = [], visited = [], bookmarks = [] }: StoreChanges): void {
    for (const { messageId, dueAtMs } of visits) this.#statements.addVisit.run(dueAtMs, messageId);
    for (const { messageId, dueAtMs } of visited) {
      this.#statements.endVisit.run(dueAtMs, messageId);
    }
    for (const { walk, at } of bookmarks) this.#statements.setBookmark.run(walk, at);
  }

  #facts(id: MessageId): Map<string, Fact> {
    const facts = new Map<string, Fact>();
    for (const row of this.#statements.facts.all(id)) {
      for (const fact of decodeFacts(row['body'] as string)) addFact(facts, fact);
    }
    return facts;
  }

  #countParked(): number {
    return Number(this.#statements.countParked.get()?.['count']);
  }

  #findLastRow(): number {
    return Number(this.#statements.lastRow.get()?.['last']);
  }

  // Async, so that a failure is a rejection.
  async #read<T>(operation: string, read: () => T): Promise<T> {
    try {
      return await Promise.resolve(read());
    } catch (cause) {
      // Anything else is a mistake of ours, and will not pass.
      throw isSqliteError(cause) ? new StoreError(operation, { cause }) : cause;
    }
  }

  async #transact(operation: string, change: () => void): Promise<void> {
    await this.#read(operation, () => {
      this.#db.exec('BEGIN IMMEDIATE');
      try {
        change();
        this.#db.exec('COMMIT');
      } catch (error) {
        this.#backOut();
        throw error;
      }
    });
  }

  #backOut(): void {
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
    this.#carrierIndex = new CarrierIndex(this.#db, this.#freshKeys);
    this.#parkedCount = this.#countParked();
    this.#lastRow = this.#findLastRow();
  }
}

/** What the message is called at its ingress besides its own id. */
function clientIdsOf({ id, clientMessageId, clientParts = [] }: Message): readonly string[] {
  const given = clientParts.map((part) => part.id);
  if (clientMessageId !== undefined) given.push(clientMessageId);
  return given.filter((each) => each !== id);
}

function isSqliteError(error: unknown): boolean {
  return (error as { readonly code?: unknown } | undefined)?.code === 'ERR_SQLITE_ERROR';
}

function toParked(row: Readonly<Record<string, unknown>>): ParkedReceipt {
  return JSON.parse(row['body'] as string) as ParkedReceipt;
}

/**
 * Opens the store, and brings its file to the present schema. One process at a time.
 * @throws {StoreError} the file cannot be used, or another process does
 */
export function openSqliteStore(options: SqliteStoreOptions): MessageStore {
  try {
    return new SqliteMessageStore(options);
  } catch (cause) {
    throw new StoreError(`open ${options.file}`, { cause });
  }
}
