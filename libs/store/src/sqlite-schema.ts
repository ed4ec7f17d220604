// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { DatabaseSync } from 'node:sqlite';

/**
 * The schema as it grew; `user_version` says how many of these steps a file has taken. A step that was
 * released is never changed.
 *
 * Facts are a log: they are written one behind the other, each page once, although those of one message
 * come at different times. What is told twice may be in it twice; facts join when they are read. Ids of
 * messages begin with the time, so the index over them grows at its end, too.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE facts (
    sequence INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    body TEXT NOT NULL
  );
  CREATE INDEX facts_by_message ON facts (message_id, rank);
  -- Carriers' keys come in no order: see carrier-index.ts for how they get here.
  CREATE TABLE carrier_keys (
    key TEXT NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (key, message_id)
  ) WITHOUT ROWID;
  -- Up to which row of facts the keys are sorted in.
  CREATE TABLE settled (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sequence INTEGER NOT NULL
  );
  INSERT INTO settled VALUES (1, 0);
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
  // The messages of one submit_multi share their id.
  `
  CREATE TABLE shared_client_ids (
    account TEXT NOT NULL,
    client_message_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    PRIMARY KEY (account, client_message_id, message_id)
  ) WITHOUT ROWID;
  INSERT INTO shared_client_ids SELECT account, client_message_id, message_id FROM client_ids;
  DROP TABLE client_ids;
  ALTER TABLE shared_client_ids RENAME TO client_ids;
  `,
  // Ids begin with their time: the newest of an account are at the end of its stretch of the index.
  `
  CREATE TABLE inbound (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    octets BLOB NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX inbound_by_account ON inbound (account, id);
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
