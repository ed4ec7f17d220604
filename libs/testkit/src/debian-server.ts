// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * nats-server out of Debian's archive, unpacked and not installed: apt works on lists and a cache of
 * its own, so it needs no rights and changes nothing about the system. Its signature check stays on.
 */
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { runProgram } from './run-program.ts';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const suite = 'forky';

export type Fetched =
  | { readonly kind: 'fetched'; readonly binary: string; readonly workDir: string }
  | { readonly kind: 'unable'; readonly reason: string };

const unable = (reason: string): Fetched => ({ kind: 'unable', reason });

const exists = async (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The mirror this machine uses already; undefined when apt knows none. */
const mirrorInUse = async (): Promise<string | undefined> => {
  const uris = await runProgram('apt-get', ['update', '--print-uris'], { timeoutMs: 20_000 });
  const found = uris.kind === 'ok' ? /^'([^']+\/debian)\/+dists\//m.exec(uris.output) : null;
  return found?.[1];
};

/** Read last, so it wins; clearing the hooks matters where images empty apt's cache in them. */
const aptSettings = (workDir: string): string =>
  [
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    '#clear DPkg::Post-Invoke;',
    `Dir::Etc::SourceList "${workDir}/own.list";`,
    'Dir::Etc::SourceParts "-";',
    `Dir::State::Lists "${workDir}/lists";`,
    `Dir::Cache "${workDir}/cache";`,
    'APT::Sandbox::User "root";',
    'APT::Update::Error-Mode "any";',
    'Acquire::Languages "none";',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
    'Acquire::http::Timeout "15";',
    'Acquire::Retries "1";',
    '',
  ].join('\n');

/** Lays out apt's own folders below `workDir`; gives the file with its settings. */
const prepare = async (workDir: string, mirror: string): Promise<string> => {
  for (const folder of ['lists', 'cache', 'root']) await mkdir(join(workDir, folder));
  const source = `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`;
  await writeFile(join(workDir, 'own.list'), source);
  await writeFile(join(workDir, 'apt.conf'), aptSettings(workDir));
  return join(workDir, 'apt.conf');
};

const fetchInto = async (workDir: string): Promise<Fetched> => {
  const mirror = await mirrorInUse();
  if (mirror === undefined) return unable('apt knows no mirror of Debian');
  const settings = await prepare(workDir, mirror);
  const commands = [
    ['update', '-q'],
    ['download', '-q', `nats-server/${suite}`],
  ];
  for (const args of commands) {
    const limits = { cwd: workDir, timeoutMs: 120_000 };
    const result = await runProgram('apt-get', ['-c', settings, ...args], limits);
    if (result.kind === 'failed') return unable(`apt-get ${args[0] ?? ''}: ${result.reason}`);
  }
  const file = (await readdir(workDir)).find((name) => name.endsWith('.deb'));
  if (file === undefined) return unable('apt-get fetched no package');
  const unpacked = await runProgram(
    'dpkg-deb',
    ['-x', join(workDir, file), join(workDir, 'root')],
    {
      timeoutMs: 60_000,
    },
  );
  if (unpacked.kind === 'failed') return unable(`dpkg-deb: ${unpacked.reason}`);
  return { kind: 'fetched', binary: join(workDir, 'root/usr/sbin/nats-server'), workDir };
};

/**
 * Fetches and unpacks the package below `parentDir`. The caller removes `workDir` when it has copied
 * the binary; after a failure nothing stays.
 */
export const fetchFromDebian = async (parentDir: string): Promise<Fetched> => {
  const apt = await runProgram('apt-get', ['--version'], { timeoutMs: 10_000 });
  if (apt.kind === 'failed') return unable(apt.reason);
  if (!(await exists(keyring))) return unable(`${keyring} is missing (not a Debian?)`);
  const workDir = await mkdtemp(join(parentDir, '.debian-'));
  const result = await fetchInto(workDir);
  if (result.kind === 'unable') await rm(workDir, { recursive: true, force: true });
  return result;
};
