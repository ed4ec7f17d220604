// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Where things are under `.sendium/`. */
export interface StateDir {
  readonly path: string;
  readonly natsConfig: string;
  readonly natsStore: string;
  readonly trackerStore: string;
  readonly credentials: string;
  readonly stackFile: string;
  readonly logs: string;
}

/** What marks a folder as ours, so that a reset never empties somebody else's. */
const ownNames = ['nats.conf', 'nats', 'store.sqlite', 'credentials.json', 'stack.json', 'logs'];

const layout = (path: string): StateDir => ({
  path,
  natsConfig: join(path, 'nats.conf'),
  natsStore: join(path, 'nats'),
  trackerStore: join(path, 'store.sqlite'),
  credentials: join(path, 'credentials.json'),
  stackFile: join(path, 'stack.json'),
  logs: join(path, 'logs'),
});

/** Makes the folder when it is not there; only its owner may look into it. */
export const openStateDir = async (path: string): Promise<StateDir> => {
  const state = layout(resolve(path));
  await mkdir(state.path, { recursive: true, mode: 0o700 });
  await mkdir(state.logs, { recursive: true });
  return state;
};

/** Removes all that the stack has written, and nothing else that may lie in the folder. */
export const resetStateDir = async (path: string): Promise<void> => {
  const names = await readdir(path).catch(() => []);
  const ours = names.filter((name) =>
    ownNames.some((own) => name === own || isSideFile(name, own)),
  );
  for (const name of ours) await rm(join(path, name), { recursive: true, force: true });
};

/** store.sqlite-wal, store.sqlite-shm and what a write cut short left behind. */
const isSideFile = (name: string, own: string): boolean => name.startsWith(`${own}-`);
