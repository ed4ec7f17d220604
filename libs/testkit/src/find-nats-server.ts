// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { access, constants, rm } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

import { fetchFromDebian } from './debian-server.ts';
import type { Fetched } from './debian-server.ts';
import { fetchRelease } from './released-server.ts';
import type { PinnedRelease } from './released-server.ts';
import { addToCache, defaultCacheDir, findCached, withCacheLock } from './server-cache.ts';
import { examineServer, oldestVersion } from './server-version.ts';

/** Where a nats-server can come from, in the order of trying. */
export type ServerOrigin = 'NATS_SERVER_BIN' | 'PATH' | 'cache' | 'Debian' | 'release';

export interface FoundServer {
  /** Absolute path of the binary. */
  readonly path: string;
  readonly version: string;
  readonly origin: ServerOrigin;
}

export interface FindOptions {
  /** Where fetched binaries stay. Default: see `defaultCacheDir`. */
  readonly cacheDir?: string;
  /** Told why a step was skipped and what is being fetched, a line at a time. */
  readonly log?: (line: string) => void;
  /** Default: process.env. NATS_SERVER_BIN and PATH are read. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: the release pinned in this library. */
  readonly release?: PinnedRelease;
  /** False leaves Debian's archive out. */
  readonly mayUseDebian?: boolean;
}

/** No usable nats-server; the message says what was tried and what to do. */
export class NatsServerNotFoundError extends Error {
  override readonly name = 'NatsServerNotFoundError';
  readonly skipped: readonly string[];

  constructor(skipped: readonly string[], cacheDir: string) {
    const least = oldestVersion.slice(0, 2).join('.');
    super(
      [
        `No nats-server ${least} or newer was found, and none could be fetched:`,
        ...skipped.map((line) => `  - ${line}`),
        'Do one of these, then start again:',
        `  - download it from https://github.com/nats-io/nats-server/releases (${least} or newer), unpack it`,
        '    and set NATS_SERVER_BIN=/path/to/nats-server',
        '  - put a nats-server on the PATH',
        `  - copy the binary to ${join(cacheDir, 'nats-server-manual', 'nats-server')}`,
      ].join('\n'),
    );
    this.skipped = skipped;
  }
}

interface Search {
  readonly cacheDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
  readonly release: PinnedRelease | undefined;
  readonly mayUseDebian: boolean;
}

type Step = (search: Search) => Promise<FoundServer | string>;

const fromVariable: Step = async ({ env }) => {
  const given = env['NATS_SERVER_BIN'];
  if (given === undefined || given === '') return 'NATS_SERVER_BIN: not set';
  const path = resolve(given);
  const examined = await examineServer(path);
  return examined.kind === 'good'
    ? { path, version: examined.version, origin: 'NATS_SERVER_BIN' }
    : `NATS_SERVER_BIN: ${examined.reason}`;
};

const isProgram = async (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );

const fromPath: Step = async ({ env }) => {
  const reasons: string[] = [];
  for (const folder of new Set((env['PATH'] ?? '').split(delimiter).filter(isAbsolute))) {
    const path = join(folder, 'nats-server');
    if (!(await isProgram(path))) continue;
    const examined = await examineServer(path);
    if (examined.kind === 'good') return { path, version: examined.version, origin: 'PATH' };
    reasons.push(examined.reason);
  }
  return `PATH: ${reasons.length === 0 ? 'no nats-server on it' : reasons.join('; ')}`;
};

const fromCache: Step = async ({ cacheDir }) => {
  const found = await findCached(cacheDir);
  return found === undefined ? `cache: none in ${cacheDir}` : { ...found, origin: 'cache' };
};

/** Examines what was fetched, keeps it in the cache, removes the rest. */
const keep = async (
  { cacheDir }: Search,
  fetched: Fetched,
  origin: ServerOrigin,
): Promise<FoundServer | string> => {
  if (fetched.kind === 'unable') return `${origin}: ${fetched.reason}`;
  try {
    const examined = await examineServer(fetched.binary);
    if (examined.kind === 'bad') return `${origin}: ${examined.reason}`;
    const path = await addToCache(cacheDir, fetched.binary, examined.version);
    return { path, version: examined.version, origin };
  } finally {
    await rm(fetched.workDir, { recursive: true, force: true });
  }
};

const fromDebian: Step = async (search) => {
  if (!search.mayUseDebian) return 'Debian: turned off';
  search.log("fetching nats-server from Debian's archive (unpacked, not installed)");
  return keep(search, await fetchFromDebian(search.cacheDir), 'Debian');
};

const fromRelease: Step = async (search) => {
  search.log("fetching nats-server from its project's release");
  return keep(search, await fetchRelease(search.cacheDir, search.release), 'release');
};

const firstOf = async (
  search: Search,
  steps: readonly Step[],
  skipped: string[],
): Promise<FoundServer | undefined> => {
  for (const step of steps) {
    const result = await step(search);
    if (typeof result !== 'string') return result;
    skipped.push(result);
    search.log(`nats-server: not from ${result}`);
  }
  return undefined;
};

/**
 * A nats-server that is new enough: NATS_SERVER_BIN, then the PATH, then the cache, then Debian's
 * package unpacked into the cache, then the pinned release. Safe to call from many processes at once:
 * one fetches, the others wait for it. Throws `NatsServerNotFoundError`.
 */
export const findNatsServer = async (options: FindOptions = {}): Promise<FoundServer> => {
  const search: Search = {
    cacheDir: resolve(options.cacheDir ?? defaultCacheDir()),
    env: options.env ?? process.env,
    log: options.log ?? (() => undefined),
    release: options.release,
    mayUseDebian: options.mayUseDebian ?? true,
  };
  const skipped: string[] = [];
  const present = await firstOf(search, [fromVariable, fromPath, fromCache], skipped);
  if (present !== undefined) return present;
  const fetched = await fetchIntoCache(search, skipped);
  if (fetched === undefined) throw new NatsServerNotFoundError(skipped, search.cacheDir);
  return fetched;
};

const fetchIntoCache = async (
  search: Search,
  skipped: string[],
): Promise<FoundServer | undefined> => {
  try {
    return await withCacheLock(search.cacheDir, async () => {
      // Whoever held the lock before may have fetched it meanwhile.
      const meanwhile = await findCached(search.cacheDir);
      if (meanwhile !== undefined) return { ...meanwhile, origin: 'cache' as const };
      return firstOf(search, [fromDebian, fromRelease], skipped);
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    skipped.push(`cache: ${search.cacheDir} cannot be used (${reason}); set SENDIUM_CACHE_DIR`);
    return undefined;
  }
};
