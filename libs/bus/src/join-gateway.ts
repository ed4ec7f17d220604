// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * How a service becomes part of the gateway: traced, connected, the topology checked, the configuration
 * loaded and followed. It waits for each as long as it takes, alive and not ready, and says what it waits for.
 */
import { randomBytes } from 'node:crypto';
import { requiredTopology } from '@sendium/contracts';
import { pause, setting, text, type ServiceContext } from '@sendium/runtime';
import { observeBus, startTracing, type Metrics, type Tracing } from '@sendium/telemetry';
import { connectBus, type Bus } from './bus.ts';
import { followConfiguration, type FollowedConfiguration } from './follow-configuration.ts';
import { checkTopology } from './topology.ts';

/** The settings of whoever joins. */
export const natsSettings = {
  url: setting('SENDIUM_NATS_URL', text, 'nats://127.0.0.1:4222'),
};

/** Who joins: what the service was started with, and what it counts on. */
export interface JoinOptions extends Pick<
  ServiceContext<unknown>,
  'log' | 'scope' | 'readiness' | 'stopping' | 'traceFailures'
> {
  /** The app's name. */
  readonly name: string;
  readonly config: { readonly nats: { readonly url: string } };
  /** Told of what passes over the bus. */
  readonly metrics: Metrics;
}

/** What every service stands on. */
export interface Gateway {
  readonly bus: Bus;
  /** This process, in the batches that it writes: the app's name and a random part. */
  readonly producer: string;
  readonly configuration: FollowedConfiguration;
  readonly tracing: Tracing;
}

/**
 * Joins; resolves once everything is there.
 *
 * @throws {TransientError} when the service is stopped first
 * @throws {TracingSettingError} when tracing cannot be as the environment asks for it
 */
export async function joinGateway(options: JoinOptions): Promise<Gateway> {
  const { name, config, metrics, log, scope, readiness, stopping } = options;
  const tracingOptions = { service: name, metrics, keepsFailures: options.traceFailures };
  const tracing = scope.use(await startTracing(tracingOptions));
  const observer = observeBus(metrics);
  const producer = `${name}-${randomBytes(6).toString('hex')}`;
  const waiting = readiness.gate('nats', 'waiting for NATS');
  const { url } = config.nats;
  const bus = scope.use(await connectBus({ url, name: producer, log, signal: stopping }));
  bus.observer = observer;
  readiness.check('nats', () => (bus.isConnected ? undefined : 'not connected to NATS'));
  waiting.open();
  await untilTopologyIsRight(bus, options);
  const gate = readiness.gate('configuration', 'no configuration document yet');
  const configuration = scope.use(await followConfiguration(bus, { log, signal: stopping }));
  observer.watchConfiguration(() => configuration.current.version);
  gate.open();
  return { bus, producer, configuration, tracing };
}

const recheckMs = 1000;

async function untilTopologyIsRight(bus: Bus, options: JoinOptions): Promise<void> {
  const { log, readiness, stopping } = options;
  const gate = readiness.gate('topology', 'not checked yet');
  let told = '';
  while (!stopping.aborted) {
    const problem = await topologyProblem(bus);
    if (problem === undefined) {
      gate.open();
      return;
    }
    gate.close(problem);
    if (problem !== told) log.warn({ problem }, 'the topology is not right yet');
    told = problem;
    await pause(recheckMs, stopping);
  }
}

async function topologyProblem(bus: Bus): Promise<string | undefined> {
  try {
    const [first, ...more] = await checkTopology(bus, requiredTopology);
    if (first === undefined) return undefined;
    const { object, field, required, found } = first;
    const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
    return `${object}: ${field} must be ${String(required)}, is ${String(found)}${others}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
