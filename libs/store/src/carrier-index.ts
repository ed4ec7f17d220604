// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Carriers' keys → messages. Carriers' ids come in no order. Written one by one into a large sorted table
 * each would touch a page of its own, and each page is written twice: that cost more than all else of a
 * message together. So they go where it is cheap first, and are sorted in many at a time.
 *
 * I1  Each key is durable with the transaction that adds it: in `fresh_carrier_keys`, in order of arrival.
 * I2  All of `fresh_carrier_keys` is in memory, too, and found there. That is bounded: two generations.
 * I3  A full generation is moved into `carrier_keys` in the order of its keys, a few with every
 *     transaction; its fresh rows go last. Dying in between leaves keys in both, which is harmless.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { MessageId } from '@sendium/message';

interface FreshEntry {
  readonly id: MessageId;
  readonly sequence: number;
}

/** Keys by which messages of one generation are found. */
class Generation {
  readonly #entries = new Map<string, readonly FreshEntry[]>();
  size = 0;
  lastSequence = 0;

  add(key: string, entry: FreshEntry): void {
    this.lastSequence = entry.sequence;
    this.size++;
    this.#entries.set(key, [...this.find(key), entry]);
  }

  find(key: string): readonly FreshEntry[] {
    return this.#entries.get(key) ?? [];
  }

  forget(key: string, id: MessageId): readonly FreshEntry[] {
    const [gone, left] = [this.find(key).filter((entry) => entry.id === id), [] as FreshEntry[]];
    if (gone.length === 0) return gone;
    left.push(...this.find(key).filter((entry) => entry.id !== id));
    if (left.length === 0) this.#entries.delete(key);
    else this.#entries.set(key, left);
    this.size -= gone.length;
    return gone;
  }

  sortedKeys(): string[] {
    return [...this.#entries.keys()].sort();
  }
}

/** The index over one database; all methods work within the caller's transaction. */
export class CarrierIndex {
  readonly #insertFresh: StatementSync;
  readonly #insertSorted: StatementSync;
  readonly #deleteSorted: StatementSync;
  readonly #deleteFresh: StatementSync;
  readonly #dropFresh: StatementSync;
  readonly #find: StatementSync;
  readonly #generationSize: number;
  #fresh = new Generation();
  /** The generation that is being sorted in, and its keys that still have to be. */
  #settling: { readonly generation: Generation; readonly keys: string[] } | undefined;
  #added = 0;

  constructor(db: DatabaseSync, generationSize: number) {
    this.#generationSize = generationSize;
    this.#insertFresh = db.prepare(
      'INSERT INTO fresh_carrier_keys (key, message_id) VALUES (?, ?)',
    );
    this.#insertSorted = db.prepare('INSERT OR IGNORE INTO carrier_keys VALUES (?, ?)');
    this.#deleteSorted = db.prepare('DELETE FROM carrier_keys WHERE key = ? AND message_id = ?');
    this.#deleteFresh = db.prepare('DELETE FROM fresh_carrier_keys WHERE sequence = ?');
    this.#dropFresh = db.prepare('DELETE FROM fresh_carrier_keys WHERE sequence <= ?');
    this.#find = db.prepare('SELECT message_id FROM carrier_keys WHERE key = ?');
    for (const row of db.prepare('SELECT * FROM fresh_carrier_keys ORDER BY sequence').iterate()) {
      const { key, message_id: id, sequence } = row as unknown as FreshRow;
      this.#fresh.add(key, { id, sequence });
    }
  }

  /** How many keys are kept in memory. */
  get sizeInMemory(): number {
    return this.#fresh.size + (this.#settling?.generation.size ?? 0);
  }

  add(key: string, id: MessageId): void {
    // Told again soon after is the usual way of being told again.
    if (this.#inMemory(key).includes(id)) return;
    const { lastInsertRowid } = this.#insertFresh.run(key, id);
    this.#fresh.add(key, { id, sequence: Number(lastInsertRowid) });
    this.#added++;
  }

  find(key: string): readonly MessageId[] {
    const found = new Set(this.#inMemory(key));
    for (const row of this.#find.all(key)) found.add(row['message_id'] as MessageId);
    return [...found];
  }

  forget(key: string, id: MessageId): void {
    const fresh = this.#fresh.forget(key, id);
    const settling = this.#settling?.generation.forget(key, id) ?? [];
    for (const { sequence } of [...fresh, ...settling]) this.#deleteFresh.run(sequence);
    this.#deleteSorted.run(key, id);
  }

  /** To be called with every transaction: moves about four times as many keys as were added. */
  settle(): void {
    if (this.#settling === undefined && this.#fresh.size >= this.#generationSize) {
      this.#settling = { generation: this.#fresh, keys: this.#fresh.sortedKeys().reverse() };
      this.#fresh = new Generation();
    }
    if (this.#settling === undefined) return;
    const { generation, keys } = this.#settling;
    for (let count = 4 * this.#added + 64; count > 0 && keys.length > 0; count--) {
      const key = keys.pop() ?? '';
      for (const { id } of generation.find(key)) this.#insertSorted.run(key, id);
    }
    this.#added = 0;
    if (keys.length > 0) return;
    this.#dropFresh.run(generation.lastSequence);
    this.#settling = undefined;
  }

  #inMemory(key: string): readonly MessageId[] {
    const settling = this.#settling?.generation.find(key) ?? [];
    return [...this.#fresh.find(key), ...settling].map(({ id }) => id);
  }
}

interface FreshRow {
  readonly sequence: number;
  readonly key: string;
  readonly message_id: MessageId;
}
