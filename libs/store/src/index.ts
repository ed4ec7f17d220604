// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

export {
  StoreError,
  type InboundRange,
  type StoredInbound,
  type AgedMessage,
  type AgeRange,
  type MessageStore,
  type NewFacts,
  type ParkedReceipt,
  type StoreChanges,
  type Visit,
  type Walk,
} from './message-store.ts';
export { openStore } from './open-store.ts';
export { openSqliteStore, type SqliteStoreOptions } from './sqlite-message-store.ts';
