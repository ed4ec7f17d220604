// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { InboundRange, StoredInbound } from './message-store.ts';

/** SMS from mobiles, in a table of their own. */
export class SqliteInbound {
  readonly #keep: StatementSync;
  readonly #find: StatementSync;
  readonly #list: StatementSync;
  readonly #forget: StatementSync;

  constructor(db: DatabaseSync) {
    this.#keep = db.prepare(`INSERT INTO inbound VALUES (?, ?, ?) ON CONFLICT (id)
      DO UPDATE SET account = excluded.account, octets = excluded.octets WHERE inbound.account = ''`);
    this.#find = db.prepare('SELECT id, account, octets FROM inbound WHERE id = ?');
    this.#list = db.prepare(`SELECT id, account, octets FROM inbound
      WHERE account = ? AND id < ? ORDER BY id DESC LIMIT ?`);
    this.#forget = db.prepare(`DELETE FROM inbound
      WHERE id IN (SELECT id FROM inbound WHERE id < ? ORDER BY id LIMIT ?)`);
  }

  keep({ id, account, octets }: StoredInbound): void {
    this.#keep.run(id, account, octets);
  }

  find(id: string): StoredInbound | undefined {
    const row = this.#find.get(id);
    return row === undefined ? undefined : toInbound(row);
  }

  list({ account, before = afterAll, limit }: InboundRange): readonly StoredInbound[] {
    return this.#list.all(account, before, limit).map(toInbound);
  }

  forget(beforeMs: number, limit: number): number {
    return Number(this.#forget.run(idPrefix(beforeMs), limit).changes);
  }
}

/** Ids are hex digits: none comes after this. */
const afterAll = 'g';

/** What ids made at that time begin with. */
export function idPrefix(atMs: number): string {
  return Math.max(0, atMs).toString(16).padStart(12, '0');
}

function toInbound(row: Readonly<Record<string, unknown>>): StoredInbound {
  return {
    id: row['id'] as string,
    account: row['account'] as string,
    octets: row['octets'] as Uint8Array,
  };
}
