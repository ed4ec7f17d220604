// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * nats-server as its project releases it. The archive's checksum is pinned here, so what runs is what
 * was reviewed, whoever answers the download; an archive with another checksum is thrown away unread.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Fetched } from './debian-server.ts';
import { runProgram } from './run-program.ts';

/** A release and the SHA-256 of its archives, by platform and architecture as Node names them. */
export interface PinnedRelease {
  readonly version: string;
  /** Folder of the archives, without a slash at its end. */
  readonly baseUrl: string;
  readonly sha256: Readonly<Record<string, string>>;
}

/** The checksums are those that the official container image of this version verifies. */
export const pinnedRelease: PinnedRelease = {
  version: '2.12.15',
  baseUrl: 'https://github.com/nats-io/nats-server/releases/download/v2.12.15',
  sha256: {
    'linux-x64': '58ab8131f819263897e2fc38e503e1b755b63bcafeecc7d12582487df48ca15e',
    'linux-arm64': 'b724db99fefbf8f5c808baa82819ee50350aee9734017e4a478f7e545cef3ab6',
  },
};

const timeoutMs = 120_000;
const maxArchiveBytes = 100 * 1024 * 1024;

const download = async (url: string): Promise<Buffer> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  if (response.body === null) return Buffer.alloc(0);
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxArchiveBytes) throw new Error('larger than any release');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** fetch says only "fetch failed"; the network's own words are in the cause. */
const reasonOf = (error: unknown): string => {
  const { cause, message } = error as { cause?: { message?: string }; message?: string };
  return cause?.message ?? message ?? String(error);
};

const unpack = async (parentDir: string, archive: Buffer, folder: string): Promise<Fetched> => {
  const workDir = await mkdtemp(join(parentDir, '.release-'));
  await writeFile(join(workDir, 'archive.tar.gz'), archive);
  const unpacked = await runProgram('tar', ['-xzf', 'archive.tar.gz', `${folder}/nats-server`], {
    cwd: workDir,
    timeoutMs: 60_000,
  });
  if (unpacked.kind === 'ok') {
    return { kind: 'fetched', binary: join(workDir, folder, 'nats-server'), workDir };
  }
  await rm(workDir, { recursive: true, force: true });
  return { kind: 'unable', reason: `tar: ${unpacked.reason}` };
};

/** Downloads, verifies and unpacks the release below `parentDir`; the caller removes `workDir`. */
export const fetchRelease = async (
  parentDir: string,
  release: PinnedRelease = pinnedRelease,
): Promise<Fetched> => {
  const platform = `${process.platform}-${process.arch}`;
  const expected = release.sha256[platform];
  if (expected === undefined) {
    return { kind: 'unable', reason: `no checksum is pinned for ${platform}` };
  }
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const folder = `nats-server-v${release.version}-${process.platform}-${architecture}`;
  const url = `${release.baseUrl}/${folder}.tar.gz`;
  try {
    const archive = await download(url);
    const actual = createHash('sha256').update(archive).digest('hex');
    if (actual !== expected) {
      return { kind: 'unable', reason: `${url} has checksum ${actual}, pinned is ${expected}` };
    }
    return await unpack(parentDir, archive, folder);
  } catch (error) {
    return { kind: 'unable', reason: `${url}: ${reasonOf(error)}` };
  }
};
