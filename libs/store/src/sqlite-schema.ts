// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { DatabaseSync } from 'node:sqlite';

/**
 * The schema as it grew; `user_version` says how many of these steps a file has taken. A step that was
 * released is never changed.
 *
 * All keys of messages begin with the id, which begins with the time: what is new is written side by
 * side, and what is old is forgotten side by side.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE facts (
    message_id TEXT NOT NULL,
    fact TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (message_id, fact)
  ) WITHOUT ROWID;
  -- Carriers' keys come in no order: see carrier-index.ts for why they are in two tables.
  CREATE TABLE carrier_keys (
    key TEXT NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (key, message_id)
  ) WITHOUT ROWID;
  CREATE TABLE fresh_carrier_keys (
    sequence INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    message_id TEXT NOT NULL
  );
  CREATE TABLE client_ids (
    account TEXT NOT NULL,
    client_message_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (account, client_message_id)
  ) WITHOUT ROWID;
  CREATE TABLE parked (
    id TEXT PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX parked_by_age ON parked (at_ms);
  CREATE TABLE parked_keys (
    key TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (key, id)
  ) WITHOUT ROWID;
  CREATE TABLE visits (
    due_at_ms INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (due_at_ms, message_id)
  ) WITHOUT ROWID;
  CREATE TABLE bookmarks (
    walk TEXT PRIMARY KEY,
    message_id TEXT NOT NULL
  ) WITHOUT ROWID;
  `,
];

/** Which schema this code works with. */
export const schemaVersion = migrations.length;

/**
 * Brings a file to the schema of this code, each step in one transaction.
 * @throws {Error} when the file is of a later version
 */
export function migrate(db: DatabaseSync): void {
  const found = Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (found > schemaVersion) {
    throw new Error(`The store has schema ${found}; this version knows up to ${schemaVersion}.`);
  }
  for (let version = found; version < schemaVersion; version++) {
    db.exec(
      `BEGIN IMMEDIATE; ${migrations[version] ?? ''} PRAGMA user_version = ${version + 1}; COMMIT`,
    );
  }
}
