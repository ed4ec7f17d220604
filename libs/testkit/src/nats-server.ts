// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Child } from './child.ts';
import { findNatsServer } from './find-nats-server.ts';
import { freePorts } from './free-ports.ts';

/** The server's place in a cluster. */
export interface ClusterPlace {
  readonly clusterName: string;
  /** Port for the routes of this server. */
  readonly port: number;
  /** Ports of the routes of all servers, this one's included. */
  readonly routePorts: readonly number[];
}

export interface NatsServerOptions {
  /** Name in the cluster and in messages. Default: nats. */
  readonly name?: string;
  /** Kept at stop when given; without it a temporary folder is used and removed at stop. */
  readonly storeDir?: string;
  /** Client port; 0 (the default) takes any and keeps it over restarts. */
  readonly port?: number;
  /** 'always' syncs the file before each ack; 'os' (the default) leaves that to the system. */
  readonly syncInterval?: 'always' | 'os';
  /** Room for JetStream, as nats-server writes it (a bound, nothing is reserved on disk). Default: 16GB. */
  readonly maxFileStore?: string;
  readonly cluster?: ClusterPlace;
}

interface Ports {
  readonly client: number;
  readonly monitor: number;
}

interface Place {
  readonly binary: string;
  readonly workDir: string;
  readonly ports: Ports;
}

const configText = (options: NatsServerOptions, workDir: string, ports: Ports): string => {
  const { name = 'nats', cluster, maxFileStore = '16GB', syncInterval } = options;
  const lines = [
    `server_name: ${JSON.stringify(name)}`,
    `listen: "127.0.0.1:${ports.client}"`,
    `http: "127.0.0.1:${ports.monitor}"`,
    `ports_file_dir: ${JSON.stringify(workDir)}`,
    'jetstream {',
    `  store_dir: ${JSON.stringify(options.storeDir ?? join(workDir, 'store'))}`,
    `  max_file_store: ${maxFileStore}`,
    ...(syncInterval === 'always' ? ['  sync_interval: always'] : []),
    '}',
  ];
  if (cluster === undefined) return lines.join('\n');
  const routes = cluster.routePorts.map((port) => `"nats://127.0.0.1:${port}"`);
  return [
    ...lines,
    'cluster {',
    `  name: ${JSON.stringify(cluster.clusterName)}`,
    `  listen: "127.0.0.1:${cluster.port}"`,
    `  routes: [${routes.join(', ')}]`,
    '}',
  ].join('\n');
};

const portOf = (url: string | undefined): number => {
  if (url === undefined) throw new Error('nats-server did not say where it listens.');
  return Number(new URL(url).port);
};

/** What the server wrote about the ports it took. */
const readPorts = async (workDir: string, pid: number): Promise<Ports> => {
  const text = await readFile(join(workDir, `nats-server_${pid}.ports`), 'utf8');
  const parsed: unknown = JSON.parse(text);
  const { nats, monitoring } = parsed as { nats?: string[]; monitoring?: string[] };
  return { client: portOf(nats?.[0]), monitor: portOf(monitoring?.[0]) };
};

const needHealthy = async (monitorUrl: string): Promise<void> => {
  const response = await fetch(`${monitorUrl}/healthz`, { signal: AbortSignal.timeout(2_000) });
  const body = await response.text();
  if (!response.ok) throw new Error(`nats-server is not healthy: ${body}`);
};

const readyTimeoutMs = 40_000;

/** A real nats-server with JetStream on 127.0.0.1. Ends with `stop` or at the end of the test run. */
export class NatsServer implements AsyncDisposable {
  readonly #options: NatsServerOptions;
  readonly #binary: string;
  readonly #workDir: string;
  #ports: Ports;
  #child: Child | undefined;

  constructor(options: NatsServerOptions, { binary, workDir, ports }: Place) {
    this.#options = options;
    this.#binary = binary;
    this.#workDir = workDir;
    this.#ports = ports;
  }

  /** nats://127.0.0.1:port, the same after each restart. */
  get url(): string {
    return `nats://127.0.0.1:${this.#ports.client}`;
  }

  /** Where the server answers /healthz, /jsz and /varz. */
  get monitorUrl(): string {
    return `http://127.0.0.1:${this.#ports.monitor}`;
  }

  get storeDir(): string {
    return this.#options.storeDir ?? join(this.#workDir, 'store');
  }

  get pid(): number {
    return this.#running().pid;
  }

  get output(): string {
    return this.#child?.output ?? '';
  }

  /** Starts the process without waiting until JetStream is ready (a cluster needs its peers first). */
  async launch(): Promise<void> {
    if (this.#child?.isRunning === true) throw new Error('This nats-server runs already.');
    const config = join(this.#workDir, 'nats.conf');
    await writeFile(config, configText(this.#options, this.#workDir, this.#ports));
    const child = await Child.start({
      name: `nats-server ${this.#options.name ?? 'nats'}`,
      command: this.#binary,
      args: ['-c', config],
      env: { PATH: process.env['PATH'] },
    });
    this.#child = child;
    this.#ports = await child.until(() => readPorts(this.#workDir, child.pid), readyTimeoutMs);
  }

  /** Waits until the server reports itself healthy: streams recovered, in a cluster with a leader. */
  async ready(): Promise<void> {
    await this.#running().until(() => needHealthy(this.monitorUrl), readyTimeoutMs);
  }

  /** Sends a signal (SIGSTOP, SIGCONT, ...) and does not wait. */
  signal(signal: NodeJS.Signals): void {
    this.#running().signal(signal);
  }

  /** kill -9; the store stays as it is. */
  async kill(): Promise<void> {
    await this.#child?.kill();
  }

  /** Starts it again on the same port and store, after a kill; stops it first when it still runs. */
  async restart(): Promise<void> {
    await this.#child?.stop();
    await this.launch();
    await this.ready();
  }

  /** Ends the server and removes the store, unless the caller gave it. */
  async stop(): Promise<void> {
    await this.#child?.stop();
    await rm(this.#workDir, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #running(): Child {
    if (this.#child === undefined) throw new Error('This nats-server was never started.');
    return this.#child;
  }
}

const createNatsServer = async (options: NatsServerOptions): Promise<NatsServer> => {
  const { path } = await findNatsServer();
  const workDir = await mkdtemp(join(tmpdir(), 'sendium-nats-'));
  const [anyPort = 0, monitor = 0] = await freePorts(2);
  const { port = 0 } = options;
  const ports = { client: port === 0 ? anyPort : port, monitor };
  return new NatsServer(options, { binary: path, workDir, ports });
};

/** Starts one nats-server with JetStream and waits until it is healthy. */
export const startNatsServer = async (options: NatsServerOptions = {}): Promise<NatsServer> => {
  const server = await createNatsServer(options);
  try {
    await server.launch();
    await server.ready();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
};

/** Makes a server of a cluster without starting it; see `startNatsCluster`. */
export const createClusterMember = (options: NatsServerOptions): Promise<NatsServer> =>
  createNatsServer(options);
