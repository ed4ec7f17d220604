// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';

import { neutralEnvironment, sourceEnvironment, workspaceRoot } from '@sendium/testkit';

import type { PortName, Ports } from './ports.ts';
import type { StateDir } from './state-dir.ts';
import type { ServiceDefinition } from './supervised.ts';

/** The services of the gateway, in the order of starting; stopped in the reverse one. */
export const serviceNames = [
  'notifier',
  'dlr-tracker',
  'connector',
  'router',
  'ingress-smpp',
  'ingress-http',
] as const;
export type ServiceName = (typeof serviceNames)[number];

/** The processes beside them. */
export type ProcessName =
  ServiceName | 'nats-server' | 'smsc-simulator' | 'demo-receiver' | 'jaeger';

export interface SimulatorChoice {
  /** The engine for load: quicker, remembers no messages. */
  readonly fast?: boolean;
  /** More flags of tools/smsc-simulator. */
  readonly args?: readonly string[];
}

export interface ServiceSurroundings {
  readonly ports: Ports;
  readonly state: StateDir;
  readonly restHost: string;
  readonly smppHost: string;
  /** What JetStream may take of the disk, in octets. */
  readonly storeBytes: number;
  /** What the document refers to by `${env:...}`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Variables of every service. */
  readonly common: Readonly<Record<string, string>>;
  /** Settings beside the usual ones, by service. */
  readonly extra: Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>>;
}

/** Where /livez, /readyz and /metrics of a service are. */
export const probePorts: Readonly<Record<ServiceName, PortName>> = {
  'dlr-tracker': 'dlr_tracker_probe',
  connector: 'connector_probe',
  router: 'router_probe',
  'ingress-smpp': 'ingress_smpp_probe',
  'ingress-http': 'ingress_http_probe',
  notifier: 'notifier_probe',
};

/** Together 9.9 s: all is over within ten, whatever hangs. */
const stopMs: Readonly<Record<Exclude<ProcessName, 'jaeger'>, number>> = {
  'ingress-http': 1_200,
  'ingress-smpp': 1_400,
  router: 800,
  connector: 2_700,
  'dlr-tracker': 1_000,
  notifier: 1_000,
  'smsc-simulator': 500,
  'demo-receiver': 300,
  'nats-server': 1_000,
};

type Surroundings = ServiceSurroundings;

const settingsOf: Readonly<Record<ServiceName, (s: Surroundings) => Record<string, string>>> = {
  'dlr-tracker': ({ ports, state }) => ({
    SENDIUM_GRPC_LISTEN: `127.0.0.1:${ports.tracker}`,
    SENDIUM_STORE_URL: `sqlite:${state.trackerStore}`,
  }),
  connector: ({ ports }) => ({ SENDIUM_GRPC_LISTEN: `127.0.0.1:${ports.links}` }),
  router: ({ ports }) => ({ SENDIUM_GRPC_LISTEN: `127.0.0.1:${ports.router_grpc}` }),
  notifier: () => ({}),
  'ingress-smpp': ({ ports, smppHost, storeBytes }) => ({
    SENDIUM_NATS_STORE_LIMIT: storeLimit(storeBytes),
    SENDIUM_SMPP_LISTEN: `${inAddress(smppHost)}:${ports.smpp}`,
    SENDIUM_SMPP_DRAIN: '700ms',
    SENDIUM_SMPP_UNBIND: '300ms',
    SENDIUM_TRACKER_URL: `http://127.0.0.1:${ports.tracker}`,
  }),
  'ingress-http': ({ ports, restHost, storeBytes }) => ({
    SENDIUM_NATS_STORE_LIMIT: storeLimit(storeBytes),
    SENDIUM_HTTP_LISTEN: `${inAddress(restHost)}:${ports.rest}`,
    SENDIUM_ROUTER_URL: `http://127.0.0.1:${ports.router_grpc}`,
    SENDIUM_TRACKER_URL: `http://127.0.0.1:${ports.tracker}`,
  }),
};

const storeLimit = (storeBytes: number): string => `${Math.floor(storeBytes / 1024 ** 2)}MiB`;

/** IPv6 addresses stand in brackets before a port. */
export const inAddress = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** The caller's variables of these names, as far as they are set. */
export const ownVariables = (names: readonly string[]): Record<string, string> => {
  const entries = names.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
};

/** Settings of the caller's that are meant for the services: secrets, and how much they log. */
const handedOn = (): Record<string, string> =>
  ownVariables(
    Object.keys(process.env).filter(
      (name) => name.startsWith('SENDIUM_SECRET_') || name === 'SENDIUM_LOG_LEVEL',
    ),
  );

/** Under load V8 would let garbage of short-lived messages grow to hundreds of megabytes before it looks. */
const youngGeneration = '--max-semi-space-size=16';

/** Runs a program of this workspace from its sources. */
const nodeArgs = (entry: string): string[] => [
  '--conditions=@sendium/source',
  join(workspaceRoot, entry),
];

/** How one service of the gateway is run. */
export const serviceDefinition = (
  name: ServiceName,
  surroundings: ServiceSurroundings,
): ServiceDefinition => {
  const { ports, secrets, extra, common } = surroundings;
  const probe = `127.0.0.1:${ports[probePorts[name]]}`;
  return {
    name,
    command: process.execPath,
    args: [youngGeneration, ...nodeArgs(`apps/${name}/src/main.ts`)],
    env: {
      ...sourceEnvironment(),
      ...handedOn(),
      ...secrets,
      ...common,
      SENDIUM_NATS_URL: `nats://127.0.0.1:${ports.nats}`,
      SENDIUM_PROBE_LISTEN: probe,
      ...settingsOf[name](surroundings),
      ...extra[name],
    },
    readyUrl: `http://${probe}/readyz`,
    stopMs: stopMs[name],
  };
};

/** How nats-server is run. */
export const natsDefinition = (
  binary: string,
  ports: Ports,
  state: StateDir,
): ServiceDefinition => ({
  name: 'nats-server',
  command: binary,
  args: ['-c', state.natsConfig],
  env: neutralEnvironment(),
  readyUrl: `http://127.0.0.1:${ports.nats_monitor}/healthz`,
  stopMs: stopMs['nats-server'],
});

/** How the simulated carrier is run. */
export const simulatorDefinition = (ports: Ports, choice: SimulatorChoice): ServiceDefinition => ({
  name: 'smsc-simulator',
  command: process.execPath,
  args: [
    ...nodeArgs('tools/smsc-simulator/src/main.ts'),
    ...['--listen', `127.0.0.1:${ports.smsc}`],
    ...['--control', `127.0.0.1:${ports.smsc_control}`],
    ...(choice.fast === true ? ['--fast'] : []),
    ...(choice.args ?? []),
  ],
  env: sourceEnvironment(),
  readyUrl: `http://127.0.0.1:${ports.smsc_control}/readyz`,
  stopMs: stopMs['smsc-simulator'],
});

/** Where the demo's endpoint has its secret from: who refers to it wants the receiver. */
export const demoWebhookSecret = 'SENDIUM_DEMO_WEBHOOK_SECRET';

/** How the demo's receiver of webhooks is run. */
export const demoReceiverDefinition = (ports: Ports, secret: string): ServiceDefinition => ({
  name: 'demo-receiver',
  command: process.execPath,
  args: [
    ...nodeArgs('tools/stack/src/demo-receiver/main.ts'),
    ...['--listen', `127.0.0.1:${ports.webhook}`],
  ],
  env: { ...sourceEnvironment(), [demoWebhookSecret]: secret },
  readyUrl: `http://127.0.0.1:${ports.webhook}/readyz`,
  stopMs: stopMs['demo-receiver'],
  isShown: true,
});
