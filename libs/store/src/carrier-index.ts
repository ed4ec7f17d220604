// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Carriers' keys → messages. Carriers' ids come in no order. Written one by one into a large sorted table
 * each would touch a page of its own, and each page is written twice: that cost more than all else of a
 * message together. So they are sorted in many at a time.
 *
 * I1  A key is durable with the facts that have it: they are a log, and `settled` says up to which row of
 *     it the keys are in `carrier_keys`. The keys of the rows after that are in memory, and found there;
 *     they are read again when the store is opened. That is bounded: two generations, in keys and in rows.
 * I2  A full generation is moved into `carrier_keys` in the order of its keys, a few with every
 *     transaction, and then counts as settled. Dying in between leaves keys in both, which is harmless.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { MessageId } from '@sendium/message';
import type { Fact, OutcomeFact } from '@sendium/receipts';
import { decodeFacts } from './fact-json.ts';

/** Whether receipts may find the message by this fact. */
export function hasCarrierKey(fact: Fact): fact is OutcomeFact {
  return fact.kind === 'outcome' && fact.carrierKey !== '' && fact.result === 'submitted';
}

/** Keys by which messages of one generation are found. */
class Generation {
  readonly #ids = new Map<string, MessageId | readonly MessageId[]>();
  size = 0;

  add(key: string, id: MessageId): void {
    const known = this.#ids.get(key);
    this.size++;
    this.#ids.set(key, known === undefined ? id : [...this.find(key), id]);
  }

  find(key: string): readonly MessageId[] {
    const found = this.#ids.get(key);
    return found === undefined ? [] : typeof found === 'string' ? [found] : found;
  }

  has(key: string, id: MessageId): boolean {
    const found = this.#ids.get(key);
    return found === id || (Array.isArray(found) && found.includes(id));
  }

  forget(key: string, id: MessageId): void {
    const left = this.find(key).filter((other) => other !== id);
    if (left.length === 0) this.#ids.delete(key);
    else this.#ids.set(key, left);
  }

  sortedKeys(): string[] {
    return [...this.#ids.keys()].sort();
  }
}

/** The index over one database; all methods work within the caller's transaction. */
export class CarrierIndex {
  readonly #insert: StatementSync;
  readonly #delete: StatementSync;
  readonly #find: StatementSync;
  readonly #setSettled: StatementSync;
  readonly #generationSize: number;
  #fresh = new Generation();
  #settling: Settling | undefined;
  /** Up to this row all keys are in older generations. */
  #freshSince = 0;
  #added = 0;

  constructor(db: DatabaseSync, generationSize: number) {
    this.#generationSize = generationSize;
    this.#insert = db.prepare('INSERT OR IGNORE INTO carrier_keys VALUES (?, ?)');
    this.#delete = db.prepare('DELETE FROM carrier_keys WHERE key = ? AND message_id = ?');
    this.#find = db.prepare('SELECT message_id FROM carrier_keys WHERE key = ?');
    this.#setSettled = db.prepare('UPDATE settled SET sequence = ?');
    this.#readFresh(db);
  }

  add(key: string, id: MessageId): void {
    if (this.#fresh.has(key, id)) return;
    this.#fresh.add(key, id);
    this.#added++;
  }

  find(key: string): readonly MessageId[] {
    const fresh = this.#fresh.find(key);
    const settling = this.#settling?.generation.find(key) ?? [];
    const settled = this.#find.all(key).map((row) => row['message_id'] as MessageId);
    return [...new Set([...fresh, ...settling, ...settled])];
  }

  forget(key: string, id: MessageId): void {
    this.#fresh.forget(key, id);
    this.#settling?.generation.forget(key, id);
    this.#delete.run(key, id);
  }

  /**
   * To be called at the end of every transaction: moves about four times as many keys as were added.
   * @param lastRow the last row of facts
   */
  settle(lastRow: number): void {
    this.#settling ??= this.#isFull(lastRow) ? this.#turnOver(lastRow) : undefined;
    if (this.#settling === undefined) return;
    const { generation, keys } = this.#settling;
    for (let count = 4 * this.#added + 64; count > 0 && keys.length > 0; count--) {
      const key = keys.pop() ?? '';
      for (const id of generation.find(key)) this.#insert.run(key, id);
    }
    this.#added = 0;
    if (keys.length > 0) return;
    this.#setSettled.run(this.#settling.lastRow);
    this.#settling = undefined;
  }

  #isFull(lastRow: number): boolean {
    const { size } = this.#fresh;
    return size >= this.#generationSize || lastRow - this.#freshSince >= 10 * this.#generationSize;
  }

  #turnOver(lastRow: number): Settling {
    const generation = this.#fresh;
    this.#fresh = new Generation();
    this.#freshSince = lastRow;
    return { generation, keys: generation.sortedKeys().reverse(), lastRow };
  }

  #readFresh(db: DatabaseSync): void {
    this.#freshSince = Number(db.prepare('SELECT sequence FROM settled').get()?.['sequence'] ?? 0);
    const rows = db.prepare(
      'SELECT message_id, body FROM facts WHERE sequence > ? ORDER BY sequence',
    );
    for (const row of rows.iterate(this.#freshSince)) {
      const { message_id: id, body } = row as unknown as FactsRow;
      for (const fact of decodeFacts(body)) {
        if (hasCarrierKey(fact)) this.add(fact.carrierKey, id);
      }
    }
    this.#added = 0;
  }
}

/** A generation that is being sorted in. */
interface Settling {
  readonly generation: Generation;
  /** Those that still have to be, the last first. */
  readonly keys: string[];
  /** Its last row of facts. */
  readonly lastRow: number;
}

interface FactsRow {
  readonly message_id: MessageId;
  readonly body: string;
}
