// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { MessageStore } from './message-store.ts';
import { openSqliteStore } from './sqlite-message-store.ts';

/**
 * Opens the store that a URL names: `sqlite:/var/lib/sendium/messages.db`. The folder is made when it is
 * missing.
 * @throws {StoreError} the store cannot be used
 * @throws {TypeError} no such kind of store
 */
export function openStore(url: string): Promise<MessageStore> {
  const file = /^sqlite:(?:\/\/)?(?<file>.+)$/.exec(url)?.groups?.['file'];
  if (file === undefined) throw new TypeError('A store is named by sqlite:/path/to/file.db');
  mkdirSync(dirname(file), { recursive: true });
  return Promise.resolve(openSqliteStore({ file }));
}
