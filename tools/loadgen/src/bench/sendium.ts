// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ports, ServiceName, Stack } from '@sendium/stack';
import { startStack } from '@sendium/stack';
import { eventually, SmscDriver } from '@sendium/testkit';
import type { SmppLoadOptions } from '../smpp-load-options.ts';
import { fetchBacklogs } from './backlog.ts';
import type { Contender } from './contender.ts';

/** `fsync`: before each acknowledgement (the default). `OS sync`: when the system sees fit. */
export type Durability = 'fsync' | 'OS sync';

/** The gateway, whose binds can be changed while it runs. */
export interface Sendium extends Contender {
  /** How to bind to it as account demo. */
  readonly smpp: Pick<SmppLoadOptions, 'host' | 'port' | 'systemId' | 'password'>;
  /** Uses this many binds of window 100 from now on; resolves once the carrier sees them. */
  setBinds(binds: number): Promise<void>;
}

/** Without webhooks: Kannel beside it calls nobody back either. So no receiver is started. */
const document = (port: number, binds: number): string => `
version: 1
accounts:
  demo:
    rest:
      keys:
        - { name: default, hash: '\${env:SENDIUM_DEMO_KEY_HASH}' }
    smpp:
      system_id: demo
      password: '\${env:SENDIUM_DEMO_SMPP_PASSWORD}'
      binds: 10
      window: 100
connectors:
  sim:
    host: 127.0.0.1
    port: ${port}
    system_id: bench
    password: '\${env:SENDIUM_SIM_PASSWORD}'
    binds: ${binds}
    window: 100
    group: sim
routes:
  - { name: default, send_to: [sim] }
`;

const untilBound = (carrier: SmscDriver, binds: number) =>
  eventually(
    async () => {
      const { bindsLive } = await carrier.stats();
      if (bindsLive !== binds) throw new Error(`${bindsLive} binds instead of ${binds}`);
    },
    { timeoutMs: 30_000 },
  );

function processesOf(stack: Stack) {
  return Object.entries(stack.processes)
    .filter(([name]) => name !== 'smsc-simulator')
    .map(([name, pid]) => ({ name, pid }));
}

const services: readonly ServiceName[] = [
  'notifier',
  'dlr-tracker',
  'connector',
  'router',
  'ingress-smpp',
  'ingress-http',
];

/** What is other than usual. */
export interface Variant {
  readonly name?: string;
  /** More variables of every service. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the whole gateway on free ports and in a folder of its own: two binds, window 100. */
export async function startSendium(
  durability: Durability,
  { name = `Sendium ${durability}`, env = {} }: Variant = {},
): Promise<Sendium> {
  await using started = new AsyncDisposableStack();
  const stateDir = await mkdtemp(join(tmpdir(), 'bench-sendium-'));
  started.defer(() => rm(stateDir, { recursive: true, force: true }));
  const stack = started.use(
    await startStack({
      stateDir,
      ports: 'free',
      simulator: { fast: true, args: ['--receipts', 'none'] },
      env: Object.fromEntries(services.map((service) => [service, env])),
      syncInterval: durability === 'fsync' ? 'always' : 'os',
      configText: (ports: Ports) => document(ports.smsc, 2),
    }),
  );
  const carrier = new SmscDriver(stack.urls.simulator_control ?? '');
  await untilBound(carrier, 2);
  const rest = started.move();
  return {
    name,
    carrier,
    api: { url: stack.urls.rest, key: stack.key ?? '' },
    smpp: {
      host: '127.0.0.1',
      port: stack.ports.smpp,
      systemId: stack.demo?.system_id ?? '',
      password: stack.demo?.password ?? '',
    },
    processes: () => processesOf(stack),
    backlogs: () => fetchBacklogs(`http://127.0.0.1:${stack.ports.nats_monitor}`),
    setBinds: async (binds) => {
      await stack.configure(document(stack.ports.smsc, binds));
      await untilBound(carrier, binds);
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}
