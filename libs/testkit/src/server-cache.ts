// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The folder where fetched nats-servers stay. Several test projects may look into it at once, so:
 * 1. A binary appears under its final name complete and executable, by rename, or not at all.
 * 2. Only one process fetches at a time; the others wait for it and then find the result.
 * 3. A lock whose process is dead holds nobody up.
 * Should two ever fetch together, 1 makes that a waste and not a fault.
 */
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { codeOf } from './error-code.ts';
import { examineServer } from './server-version.ts';

/** SENDIUM_CACHE_DIR, else sendium in XDG_CACHE_HOME, else ~/.cache/sendium. */
export const defaultCacheDir = (): string => {
  const { SENDIUM_CACHE_DIR: own, XDG_CACHE_HOME: shared } = process.env;
  if (own !== undefined && own !== '') return own;
  const base = shared !== undefined && shared !== '' ? shared : join(homedir(), '.cache');
  return join(base, 'sendium');
};

const folderPrefix = 'nats-server-';

/** The newest usable binary in the cache, if there is one. */
export const findCached = async (
  cacheDir: string,
): Promise<{ readonly path: string; readonly version: string } | undefined> => {
  const entries = await readdir(cacheDir).catch(() => []);
  const byVersion = new Intl.Collator('en', { numeric: true }).compare;
  const folders = entries.filter((name) => name.startsWith(folderPrefix)).sort(byVersion);
  for (const folder of folders.reverse()) {
    const path = join(cacheDir, folder, 'nats-server');
    const examined = await examineServer(path);
    if (examined.kind === 'good') return { path, version: examined.version };
  }
  return undefined;
};

/** Puts the binary into the cache under its version; returns where it is now. */
export const addToCache = async (
  cacheDir: string,
  binary: string,
  version: string,
): Promise<string> => {
  const staging = await mkdtemp(join(cacheDir, '.adding-'));
  const folder = join(cacheDir, folderPrefix + version);
  try {
    await copyFile(binary, join(staging, 'nats-server'));
    await chmod(join(staging, 'nats-server'), 0o755);
    await mkdir(folder, { recursive: true });
    await rename(join(staging, 'nats-server'), join(folder, 'nats-server'));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return join(folder, 'nats-server');
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
};

const staleAfterMs = 10 * 60_000;

const isStale = async (lock: string): Promise<boolean> => {
  const [text, stats] = await Promise.all([
    readFile(lock, 'utf8').catch(() => ''),
    stat(lock).catch(() => undefined),
  ]);
  if (stats === undefined) return false;
  const ageMs = Date.now() - stats.mtimeMs;
  // An empty lock is one that is being written right now.
  if (text === '') return ageMs > 5_000;
  return !isAlive(Number(text)) || ageMs > staleAfterMs;
};

const tryLock = async (lock: string): Promise<boolean> => {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
};

/** Runs the work while no other process (of this machine) works in the same cache. */
export const withCacheLock = async <T>(cacheDir: string, work: () => Promise<T>): Promise<T> => {
  await mkdir(cacheDir, { recursive: true });
  const lock = join(cacheDir, '.lock');
  while (!(await tryLock(lock))) {
    if (await isStale(lock)) await rm(lock, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, 100));
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
};
