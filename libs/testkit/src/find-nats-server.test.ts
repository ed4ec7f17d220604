// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { findNatsServer, NatsServerNotFoundError } from './find-nats-server.ts';
import type { FindOptions } from './find-nats-server.ts';
import type { PinnedRelease } from './released-server.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sendium find '));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

/** A program that answers --version as nats-server does. */
const fakeServer = (folder: string, version: string): string => {
  const path = join(dir, folder, 'nats-server');
  mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  chmodSync(path, 0o755);
  return path;
};

const unpinned: PinnedRelease = { version: '2.12.15', baseUrl: 'http://127.0.0.1:1', sha256: {} };

const options = (more: FindOptions): FindOptions => ({
  cacheDir: join(dir, 'cache'),
  env: {},
  mayUseDebian: false,
  release: unpinned,
  ...more,
});

test('NATS_SERVER_BIN comes before the PATH and the PATH before the cache.', async () => {
  const own = fakeServer('own', '2.12.0');
  const onPath = fakeServer('bin', '2.14.1');
  const cached = fakeServer('cache/nats-server-2.15.1', '2.15.1');
  const PATH = join(dir, 'bin');
  expect(await findNatsServer(options({ env: { NATS_SERVER_BIN: own, PATH } }))).toEqual({
    path: own,
    version: '2.12.0',
    origin: 'NATS_SERVER_BIN',
  });
  expect(await findNatsServer(options({ env: { PATH } }))).toMatchObject({ path: onPath });
  expect(await findNatsServer(options({}))).toMatchObject({ path: cached, origin: 'cache' });
});

test('A server that is too old is skipped, and the log says which and why.', async () => {
  const old = fakeServer('bin', '2.10.27');
  const good = fakeServer('cache/nats-server-2.12.3', '2.12.3');
  const lines: string[] = [];
  const env = { NATS_SERVER_BIN: join(dir, 'nowhere'), PATH: join(dir, 'bin') };
  const found = await findNatsServer(options({ env, log: (line) => lines.push(line) }));
  expect(found.path).toBe(good);
  expect(lines).toEqual([
    expect.stringMatching(/not from NATS_SERVER_BIN: .*nowhere is not installed/),
    `nats-server: not from PATH: ${old} is 2.10.27, needed is 2.12.0 or newer`,
  ]);
});

test('Of several cached servers the newest is taken.', async () => {
  fakeServer('cache/nats-server-2.12.9', '2.12.9');
  fakeServer('cache/nats-server-2.12.10', '2.12.10');
  expect(await findNatsServer(options({}))).toMatchObject({ version: '2.12.10' });
});

test('When nothing works the error names each step and says what to do.', async () => {
  const failure = await findNatsServer(options({})).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NatsServerNotFoundError);
  const { message } = failure as NatsServerNotFoundError;
  expect(message).toContain('NATS_SERVER_BIN: not set');
  expect(message).toContain('PATH: no nats-server on it');
  expect(message).toContain('Debian: turned off');
  expect(message).toContain('release: no checksum is pinned for');
  expect(message).toContain('set NATS_SERVER_BIN=/path/to/nats-server');
});

test('A cache folder that cannot be made is a reason and not a crash.', async () => {
  writeFileSync(join(dir, 'file'), '');
  const failing = findNatsServer(options({ cacheDir: join(dir, 'file', 'cache') }));
  await expect(failing).rejects.toThrow('set SENDIUM_CACHE_DIR');
});

/** A release of a fake server, served on this machine; tells how often it was downloaded. */
const serveRelease = async (): Promise<{
  readonly release: PinnedRelease;
  readonly downloads: () => number;
  [Symbol.asyncDispose](): Promise<void>;
}> => {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const folder = `nats-server-v9.8.7-${process.platform}-${arch}`;
  fakeServer(folder, '9.8.7');
  execFileSync('tar', ['-czf', 'archive.tar.gz', folder], { cwd: dir });
  const archive = readFileSync(join(dir, 'archive.tar.gz'));
  let downloads = 0;
  const server = createServer((request, response) => {
    downloads += 1;
    response.statusCode = request.url === `/${folder}.tar.gz` ? 200 : 404;
    response.setHeader('connection', 'close').end(archive);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sha256 = createHash('sha256').update(archive).digest('hex');
  return {
    release: {
      version: '9.8.7',
      baseUrl: `http://127.0.0.1:${port}`,
      sha256: { [`${process.platform}-${process.arch}`]: sha256 },
    },
    downloads: () => downloads,
    [Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(() => resolve())),
  };
};

test('Many finders at once download the release a single time and all get it.', async () => {
  await using served = await serveRelease();
  const search = options({ release: served.release });
  const found = await Promise.all(Array.from({ length: 5 }, () => findNatsServer(search)));
  const path = join(dir, 'cache', 'nats-server-9.8.7', 'nats-server');
  expect(new Set(found.map((server) => server.path))).toEqual(new Set([path]));
  expect(served.downloads()).toBe(1);
  expect(readdirSync(join(dir, 'cache'))).toEqual(['nats-server-9.8.7']);
});

test('An archive with another checksum than the pinned one is never run.', async () => {
  await using served = await serveRelease();
  const sha256 = { [`${process.platform}-${process.arch}`]: '0'.repeat(64) };
  const failing = findNatsServer(options({ release: { ...served.release, sha256 } }));
  await expect(failing).rejects.toThrow(`pinned is ${'0'.repeat(64)}`);
  expect(readdirSync(join(dir, 'cache'))).toEqual([]);
});

test('A lock left behind by a dead process holds nobody up.', async () => {
  await using served = await serveRelease();
  mkdirSync(join(dir, 'cache'));
  const dead = execFileSync('sh', ['-c', 'echo $$']).toString().trim();
  writeFileSync(join(dir, 'cache', '.lock'), dead);
  const found = await findNatsServer(options({ release: served.release }));
  expect(found).toMatchObject({ version: '9.8.7', origin: 'release' });
});
