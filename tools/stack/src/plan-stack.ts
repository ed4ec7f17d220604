// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net';

import { findNatsServer } from '@sendium/testkit';
import type { FoundServer } from '@sendium/testkit';

import { loadCredentials } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { loadDocument } from './document.ts';
import type { LocalDocument } from './document.ts';
import { endLeftovers } from './leftovers.ts';
import { roomFor } from './nats-config.ts';
import type { StoreRoom } from './nats-config.ts';
import { planTracing } from './jaeger.ts';
import type { TracingPlan } from './jaeger.ts';
import { choosePorts, jaegerPorts, needFreePorts, PortError, simulatorPorts } from './ports.ts';
import type { PortName, Ports } from './ports.ts';
import { demoWebhookSecret } from './services.ts';
import type { StackOptions } from './stack-options.ts';
import { openStateDir, resetStateDir } from './state-dir.ts';
import type { StateDir } from './state-dir.ts';

/** Everything that was settled before the first process starts. */
export interface StackPlan {
  readonly state: StateDir;
  readonly ports: Ports;
  readonly restHost: string;
  readonly smppHost: string;
  readonly document: LocalDocument;
  readonly credentials: Credentials;
  readonly server: FoundServer;
  readonly room: StoreRoom;
  /** The demo's receiver of webhooks is run. */
  readonly hasReceiver: boolean;
  readonly tracing: TracingPlan;
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** The demo's key is made for one machine: it must not open a port to others. */
const refuseOpenDemo = (what: string, host: string, document: LocalDocument): void => {
  if (isLoopback(host) || !document.usesDemoKey) return;
  throw new PortError(
    `${what} would listen on ${host}, where others can reach it, with the demo's credentials. ` +
      'Give a configuration with keys of your own (--config FILE) or listen on 127.0.0.1.',
  );
};

/** Like the simulated carrier it is there for the demo: who brings webhooks of one's own needs none. */
const wantsReceiver = ({ simulator }: StackOptions, { variables }: LocalDocument): boolean =>
  simulator !== false && variables.includes(demoWebhookSecret);

/**
 * Checks all that can be checked and ends what an earlier stack left behind, in that order: whatever
 * is wrong is said before anything of the running system has changed. Throws errors for people.
 */
export const planStack = async (options: StackOptions): Promise<StackPlan> => {
  const { restHost = '127.0.0.1', smppHost = '127.0.0.1', log = () => undefined } = options;
  const ports = await choosePorts(options.ports ?? {});
  const document = await loadDocument(options, ports);
  refuseOpenDemo('REST', restHost, document);
  refuseOpenDemo('SMPP', smppHost, document);
  const server = await findNatsServer({ log });
  log(`nats-server ${server.version} from ${server.origin}: ${server.path}`);
  const state = await openStateDir(options.stateDir);
  const ended = await endLeftovers(state.stackFile, state.path);
  if (ended.length > 0) log(`ended what a killed stack had left: ${ended.join(', ')}`);
  const hasReceiver = wantsReceiver(options, document);
  const unused: readonly PortName[] = [
    ...(options.simulator === false ? simulatorPorts : []),
    ...(hasReceiver ? [] : (['webhook'] as const)),
    ...jaegerPorts,
  ];
  const hosts: Partial<Record<string, string>> = { rest: restHost, smpp: smppHost };
  await needFreePorts(ports, (name) => hosts[name] ?? '127.0.0.1', unused);
  if (options.reset === true) {
    await resetStateDir(state.path);
    await openStateDir(state.path);
    log(`began anew in ${state.path}`);
  }
  const credentials = loadCredentials(state.credentials);
  const room = await roomFor(state.path);
  const tracing = await planTracing(options, ports);
  return {
    ...{ state, ports, restHost, smppHost, document, credentials, server, room, hasReceiver },
    tracing,
  };
};
