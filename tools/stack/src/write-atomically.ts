// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { renameSync, writeFileSync } from 'node:fs';

/** Writes the file, readable by its owner only, so that a reader sees the old text or the new one. */
export const writeAtomically = (path: string, text: string): void => {
  const draft = `${path}-${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, path);
};
