// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { DatabaseSync, StatementSync } from 'node:sqlite';

const texts = {
  addFacts: 'INSERT INTO facts VALUES (?, ?, ?, ?)',
  lastRow: `SELECT MAX(settled.sequence, IFNULL((SELECT MAX(sequence) FROM facts), 0)) AS last
    FROM settled`,
  facts: 'SELECT body FROM facts WHERE message_id = ?',
  forgetFacts: 'DELETE FROM facts WHERE message_id = ?',
  byAge: `SELECT message_id, MAX(rank) AS rank FROM facts
    WHERE message_id > ? AND message_id < ? GROUP BY message_id ORDER BY message_id LIMIT ?`,
  addClientId: 'INSERT OR IGNORE INTO client_ids VALUES (?, ?, ?)',
  byClientId: `SELECT message_id FROM client_ids
    WHERE account = ? AND client_message_id = ? ORDER BY message_id`,
  forgetClientId:
    'DELETE FROM client_ids WHERE account = ? AND client_message_id = ? AND message_id = ?',
  park: 'INSERT OR IGNORE INTO parked VALUES (?, ?, ?)',
  parkKey: 'INSERT OR IGNORE INTO parked_keys VALUES (?, ?)',
  parked: 'SELECT body FROM parked WHERE id = ?',
  parkedByKey: `SELECT body FROM parked_keys JOIN parked USING (id) WHERE key = ?`,
  parkedByAge: 'SELECT body FROM parked WHERE at_ms < ? ORDER BY at_ms LIMIT ?',
  unpark: 'DELETE FROM parked WHERE id = ?',
  unparkKey: 'DELETE FROM parked_keys WHERE key = ? AND id = ?',
  countParked: 'SELECT COUNT(*) AS count FROM parked',
  addVisit: 'INSERT OR IGNORE INTO visits VALUES (?, ?)',
  endVisit: 'DELETE FROM visits WHERE due_at_ms = ? AND message_id = ?',
  visits: 'SELECT due_at_ms, message_id FROM visits WHERE due_at_ms < ? ORDER BY due_at_ms LIMIT ?',
  bookmark: 'SELECT message_id FROM bookmarks WHERE walk = ?',
  setBookmark: 'INSERT OR REPLACE INTO bookmarks VALUES (?, ?)',
} as const;

/** Every statement of the store, prepared. */
export type Statements = Readonly<Record<keyof typeof texts, StatementSync>>;

/** Prepares every statement once. */
export function prepareStatements(db: DatabaseSync): Statements {
  const entries = Object.entries(texts).map(([name, text]) => [name, db.prepare(text)] as const);
  return Object.fromEntries(entries) as unknown as Statements;
}
