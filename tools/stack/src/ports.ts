// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { createServer } from 'node:net';

import { freePorts } from '@sendium/testkit';

/** Every address the stack listens on: its default port, and who needs it for what. */
export const portTable = {
  rest: { port: 8080, use: 'REST API of ingress-http' },
  smpp: { port: 2775, use: 'SMPP of ingress-smpp' },
  nats: { port: 4222, use: 'nats-server' },
  nats_monitor: { port: 8222, use: 'monitoring of nats-server' },
  smsc: { port: 2776, use: 'SMPP of smsc-simulator' },
  smsc_control: { port: 2777, use: 'control of smsc-simulator' },
  webhook: { port: 8090, use: 'webhooks of demo-receiver' },
  tracker: { port: 9190, use: 'gRPC of dlr-tracker' },
  router_grpc: { port: 9192, use: 'gRPC of router: which way a message would take' },
  links: { port: 9191, use: 'gRPC of connector: its binds' },
  ingress_http_probe: { port: 9101, use: 'probes and metrics of ingress-http' },
  router_probe: { port: 9102, use: 'probes and metrics of router' },
  connector_probe: { port: 9103, use: 'probes and metrics of connector' },
  dlr_tracker_probe: { port: 9104, use: 'probes and metrics of dlr-tracker' },
  ingress_smpp_probe: { port: 9105, use: 'probes and metrics of ingress-smpp' },
  jaeger_otlp: { port: 4318, use: 'OTLP of a local Jaeger' },
  jaeger_ui: { port: 16686, use: 'search page of a local Jaeger' },
  notifier_probe: { port: 9106, use: 'probes and metrics of notifier' },
} as const;

export type PortName = keyof typeof portTable;
export type Ports = Readonly<Record<PortName, number>>;

const portNames = Object.keys(portTable) as PortName[];

/** The ports the simulator takes; free for others when it is left out. */
export const simulatorPorts: readonly PortName[] = ['smsc', 'smsc_control'];

/** The ports of Jaeger, where one is started. */
export const jaegerPorts: readonly PortName[] = ['jaeger_otlp', 'jaeger_ui'];

/** What was asked for cannot be read, or cannot be had; the message is for people. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

const isPortName = (name: string): name is PortName => Object.hasOwn(portTable, name);

/** Reads `rest=8081,nats=4223`. Throws `PortError`. */
export const parsePorts = (text: string): Partial<Ports> => {
  const overrides: Partial<Record<PortName, number>> = {};
  for (const entry of text.split(',').filter((part) => part.trim() !== '')) {
    const [name = '', value = ''] = entry.split('=').map((part) => part.trim());
    if (!isPortName(name)) {
      throw new PortError(`there is no port ${name}; there are ${portNames.join(', ')}`);
    }
    const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
    if (port < 1 || port > 65_535) throw new PortError(`${name}=${value}: not a port (1 to 65535)`);
    overrides[name] = port;
  }
  return overrides;
};

const refuseDoubles = (ports: Ports): void => {
  const names = new Map<number, PortName>();
  for (const name of portNames) {
    const other = names.get(ports[name]);
    if (other !== undefined) {
      throw new PortError(`${other} and ${name} are both to listen on port ${ports[name]}`);
    }
    names.set(ports[name], name);
  }
};

/** The ports to use: all free ones, or the defaults with these overrides. Throws `PortError`. */
export const choosePorts = async (wanted: 'free' | Partial<Ports>): Promise<Ports> => {
  const free = wanted === 'free' ? await freePorts(portNames.length) : [];
  const overrides = wanted === 'free' ? {} : wanted;
  const chosen = portNames.map((name, index) => {
    return [name, overrides[name] ?? free[index] ?? portTable[name].port] as const;
  });
  const ports = Object.fromEntries(chosen) as Ports;
  refuseDoubles(ports);
  return ports;
};

/** Why one cannot listen there; undefined when one can. */
const obstacle = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reasons: Partial<Record<string, string>> = {
        EADDRINUSE: 'is taken by another program',
        EACCES: 'needs rights you do not have',
      };
      resolve(reasons[error.code ?? ''] ?? error.message);
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });

/** Whether nobody listens there yet. */
export const isPortFree = async (port: number): Promise<boolean> =>
  (await obstacle('127.0.0.1', port)) === undefined;

/** Tries all ports before anything is started. Throws one `PortError` that names every taken one. */
export const needFreePorts = async (
  ports: Ports,
  hostOf: (name: PortName) => string,
  unused: readonly PortName[] = [],
): Promise<void> => {
  const problems: string[] = [];
  for (const name of portNames.filter((each) => !unused.includes(each))) {
    const reason = await obstacle(hostOf(name), ports[name]);
    if (reason === undefined) continue;
    const address = `${hostOf(name)}:${ports[name]}`;
    problems.push(
      `port ${ports[name]} (${address}, ${portTable[name].use}) ${reason}: --ports ${name}=...`,
    );
  }
  if (problems.length > 0) throw new PortError(problems.join('\n'));
};
