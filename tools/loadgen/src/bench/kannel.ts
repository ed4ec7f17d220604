// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Child, eventually, freePorts, neutralEnvironment, startSmsc } from '@sendium/testkit';
import type { Contender } from './contender.ts';

interface Ports {
  readonly smsc: number;
  readonly admin: number;
  readonly smsbox: number;
  readonly send: number;
}

/** Where Kannel keeps what it has accepted; `memory` forgets it in a crash. */
export type KannelStore = 'spool' | 'memory';

/** Text of as many characters as the load generator's, in the form Kannel wants it. */
const path =
  '/cgi-bin/sendsms?username=bench&password=bench&from=12345&to=%2B447700900123' +
  '&text=Hello+from+the+benchmark+message+number+one';

function toConfiguration(ports: Ports, store: KannelStore): string {
  const group = (name: string, settings: Readonly<Record<string, string | number>>) =>
    [`group = ${name}`, ...Object.entries(settings).map(([key, v]) => `${key} = ${v}`), ''].join(
      '\n',
    );
  const core = {
    'admin-port': ports.admin,
    'admin-interface': '127.0.0.1',
    'smsbox-port': ports.smsbox,
    'smsbox-interface': '127.0.0.1',
    'admin-password': 'bench',
    'box-allow-ip': '127.0.0.1',
    ...(store === 'spool' ? { 'store-type': 'spool', 'store-location': 'spool' } : {}),
  };
  const smpp = {
    smsc: 'smpp',
    'smsc-id': 'bench',
    host: '127.0.0.1',
    port: ports.smsc,
    'transceiver-mode': 'true',
    'system-type': '"VMA"',
    'smsc-username': 'bench',
    'smsc-password': 'bench',
    'max-pending-submits': 200,
    throughput: 0,
  };
  const smsbox = {
    'bearerbox-host': '127.0.0.1',
    'sendsms-port': ports.send,
    'sendsms-interface': '127.0.0.1',
    'global-sender': 12345,
    'max-pending-requests': 512,
  };
  return [
    group('core', core),
    group('smsc', smpp),
    group('smsbox', smsbox),
    group('sendsms-user', { username: 'bench', password: 'bench' }),
    group('sms-service', { keyword: 'default', text: '"No service specified"' }),
  ].join('\n');
}

/** Whether bearerbox and smsbox can be run here. */
export async function isKannelInstalled(): Promise<boolean> {
  const run = promisify(execFile);
  const answers = ['bearerbox', 'smsbox'].map((name) => run('which', [name]));
  return (await Promise.allSettled(answers)).every(({ status }) => status === 'fulfilled');
}

const listens = (port: number) =>
  new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });

/** Starts Kannel end to end: HTTP in by smsbox, SMPP out by bearerbox, one bind, window 200. */
export async function startKannel(store: KannelStore): Promise<Contender> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'bench-kannel-'));
  started.defer(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'spool'));
  const smsc = started.use(await startSmsc({ args: ['--fast', '--receipts', 'none'] }));
  const [admin = 0, smsbox = 0, send = 0] = await freePorts(3);
  const file = join(folder, 'kannel.conf');
  await writeFile(file, toConfiguration({ smsc: smsc.port, admin, smsbox, send }, store));
  const start = async (name: string, port: number) => {
    const child = await Child.start({
      name,
      command: name,
      args: ['-v', '4', file],
      env: neutralEnvironment(),
      cwd: folder,
    });
    started.defer(async () => {
      await child.stop(5_000);
    });
    await child.until(() => listens(port), 20_000);
    return child;
  };
  const bearerbox = await start('bearerbox', smsbox);
  const box = await start('smsbox', send);
  await eventually(async () => {
    if ((await smsc.control.stats()).bindsLive < 1) throw new Error('Kannel is not bound');
  });
  const rest = started.move();
  return {
    name: `Kannel ${store}`,
    carrier: smsc.control,
    api: { url: `http://127.0.0.1:${send}`, key: '', getPath: path },
    processes: () => [
      { name: 'bearerbox', pid: bearerbox.pid },
      { name: 'smsbox', pid: box.pid },
    ],
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}
