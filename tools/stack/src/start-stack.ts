// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { defaultBackoff } from './backoff.ts';
import { demoAccess, demoEnvironment } from './credentials.ts';
import { validated } from './document.ts';
import { jaegerDefinition, tracingEnvironment } from './jaeger.ts';
import { LogFile } from './log-file.ts';
import { natsConfigText } from './nats-config.ts';
import { planStack } from './plan-stack.ts';
import type { StackPlan } from './plan-stack.ts';
import { prepareNats, putDocument } from './prepare-nats.ts';
import {
  demoReceiverDefinition,
  inAddress,
  natsDefinition,
  ownVariables,
  probePorts,
  serviceDefinition,
  serviceNames,
  simulatorDefinition,
} from './services.ts';
import type { ServiceSurroundings } from './services.ts';
import type { StackUrls } from './stack-file.ts';
import type { StackOptions } from './stack-options.ts';
import { Stack } from './stack.ts';
import type { ServiceDefinition } from './supervised.ts';
import { Supervisor } from './supervisor.ts';

const urlsOf = (
  { ports, restHost, smppHost, hasReceiver, tracing }: StackPlan,
  hasSimulator: boolean,
): StackUrls => ({
  rest: `http://${inAddress(restHost)}:${ports.rest}`,
  smpp: `${inAddress(smppHost)}:${ports.smpp}`,
  ...(hasSimulator ? { simulator_control: `http://127.0.0.1:${ports.smsc_control}` } : {}),
  ...(hasReceiver ? { demo_receiver: `http://127.0.0.1:${ports.webhook}` } : {}),
  ...(tracing.endpoint === undefined ? {} : { otlp: tracing.endpoint }),
  ...(tracing.binary === undefined ? {} : { jaeger: `http://127.0.0.1:${ports.jaeger_ui}` }),
  nats: `nats://127.0.0.1:${ports.nats}`,
  links: `http://127.0.0.1:${ports.links}`,
  tracker: `http://127.0.0.1:${ports.tracker}`,
  metrics: Object.fromEntries(
    serviceNames.map((name) => [name, `http://127.0.0.1:${ports[probePorts[name]]}/metrics`]),
  ),
});

/** Starts processes by definition and keeps a log file for each. */
interface Launcher {
  readonly launch: (definition: ServiceDefinition) => void;
  readonly supervisor: Supervisor;
  readonly logs: readonly LogFile[];
  /** Of what was launched. */
  readonly names: readonly string[];
}

const createLauncher = (plan: StackPlan, options: StackOptions): Launcher => {
  const supervisor = new Supervisor();
  const logs: LogFile[] = [];
  const names: string[] = [];
  const { backoff = defaultBackoff } = options;
  const launch = (definition: ServiceDefinition): void => {
    const log = new LogFile(join(plan.state.logs, `${definition.name}.log`));
    logs.push(log);
    names.push(definition.name);
    supervisor.start({ definition, log, backoff });
  };
  return { launch, supervisor, logs, names };
};

const createStack = (plan: StackPlan, options: StackOptions, launcher: Launcher): Stack => {
  const urls = urlsOf(plan, options.simulator !== false);
  const stack = new Stack({
    supervisor: launcher.supervisor,
    logs: launcher.logs,
    stackFile: plan.state.stackFile,
    ports: plan.ports,
    urls,
    demo: plan.document.usesDemoKey ? demoAccess(plan.credentials) : undefined,
    configure: async (text) => putDocument(urls.nats, validated(text, 'configuration').text),
  });
  if (options.onEvent !== undefined) stack.onEvent(options.onEvent);
  return stack;
};

const startNats = async (
  plan: StackPlan,
  { launch, supervisor }: Launcher,
  options: StackOptions,
): Promise<void> => {
  const { ports, state, server, document, room } = plan;
  const { syncInterval = 'always' } = options;
  writeFileSync(state.natsConfig, natsConfigText({ ports, state, syncInterval, ...room }));
  launch(natsDefinition(server.path, ports, state));
  await supervisor.ready(30_000);
  await prepareNats(`nats://127.0.0.1:${ports.nats}`, document.text, room);
};

const startServices = (plan: StackPlan, { launch }: Launcher, options: StackOptions): void => {
  const { ports, state, restHost, smppHost, document, credentials, room } = plan;
  const { simulator = {}, env = {}, services = serviceNames } = options;
  const secrets = { ...ownVariables(document.variables), ...demoEnvironment(credentials) };
  const surroundings: ServiceSurroundings = {
    ...{ ports, state, restHost, smppHost, secrets, extra: env },
    common: plan.tracing.endpoint === undefined ? {} : tracingEnvironment(plan.tracing.endpoint),
    storeBytes: room.storeBytes,
  };
  if (plan.tracing.binary !== undefined) launch(jaegerDefinition(plan.tracing.binary, ports));
  if (simulator !== false) launch(simulatorDefinition(ports, simulator));
  if (plan.hasReceiver) launch(demoReceiverDefinition(ports, credentials.webhookSecret));
  for (const name of serviceNames.filter((each) => services.includes(each))) {
    launch(serviceDefinition(name, surroundings));
  }
};

/**
 * Brings the whole gateway up on this machine and resolves when every service is ready. A start that
 * fails leaves nothing running. Errors for people: `PortError`, `DocumentError`,
 * `AlreadyRunningError`, `ServiceRefusedError`, `NotReadyError`, `NatsServerNotFoundError`.
 */
export const startStack = async (options: StackOptions): Promise<Stack> => {
  const plan = await planStack(options);
  options.signal?.throwIfAborted();
  const launcher = createLauncher(plan, options);
  const stack = createStack(plan, options, launcher);
  const giveUp = (): void => void stack.stop();
  options.signal?.addEventListener('abort', giveUp);
  try {
    await startNats(plan, launcher, options);
    startServices(plan, launcher, options);
    // Traces are a convenience: nobody waits for them.
    const needed = launcher.names.filter((name) => name !== 'jaeger');
    await launcher.supervisor.ready(options.readyTimeoutMs ?? 60_000, needed);
  } catch (error) {
    await stack.stop();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
  return stack;
};
