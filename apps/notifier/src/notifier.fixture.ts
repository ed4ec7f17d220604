// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { readStored, startBackbone, type Backbone } from '@sendium/backbone';
import {
  createPublisher,
  followConfiguration,
  silentLog,
  type BusLog,
  type FollowedConfiguration,
} from '@sendium/bus';
import {
  decodeDeadLetter,
  decodeDeliverBatch,
  decodeEventBatch,
  deliverChannel,
  streams,
  subjects,
  type DeadLetter,
  type DeliverItem,
  type GatewayEvent,
} from '@sendium/contracts';
import { gatewayGroup } from '@sendium/message';
import { createMetrics, type Metrics } from '@sendium/telemetry';
import { EndpointStates } from './endpoint-states.ts';
import { Notifier } from './notifier.ts';
import { createNotifierMetrics } from './notifier-metrics.ts';
import { WaitingEvents } from './waiting-events.ts';
import type { NotifierWork } from './notifier-work.ts';

/** An endpoint in the document, as YAML's flow form has it. */
export interface EndpointDocument {
  readonly name?: string;
  readonly url: string;
  readonly secret?: string | readonly string[];
  readonly [field: string]: unknown;
}

/** `whsec_` and 24 octets. */
export const testSecret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** A document with these endpoints per account; webhooks may reach the loopback interface. */
export function documentOf(
  accounts: Readonly<Record<string, readonly EndpointDocument[]>>,
  networks: readonly string[] = ['127.0.0.0/8'],
): string {
  const webhooks = (endpoints: readonly EndpointDocument[]) =>
    endpoints.map((endpoint) => ({ name: 'main', secret: testSecret, ...endpoint }));
  return JSON.stringify({
    version: 1,
    accounts: Object.fromEntries(
      Object.entries(accounts).map(([name, endpoints]) => [
        name,
        { webhooks: webhooks(endpoints) },
      ]),
    ),
    connectors: {},
    routes: [],
    webhooks: { allow_networks: networks },
  });
}

/** A notifier in this process on a real server, and what a test gives it and sees. */
export interface NotifierUnderTest extends AsyncDisposable {
  readonly backbone: Backbone;
  readonly metrics: Metrics;
  publish(...items: readonly DeliverItem[]): Promise<void>;
  dead(): Promise<readonly DeadLetter[]>;
  notified(): Promise<readonly GatewayEvent[]>;
  /** Batches that wait, new ones and those that come again. */
  waiting(): Promise<number>;
  /** What waits in LATER. */
  later(): Promise<readonly DeliverItem[]>;
  /** Puts these endpoints in force; resolves when the notifier goes by them. */
  configure(accounts: NotifierOptions['accounts']): Promise<void>;
  /** Ends it in order, and begins anew. */
  restart(): Promise<void>;
}

export interface NotifierOptions {
  readonly accounts: Readonly<Record<string, readonly EndpointDocument[]>>;
  readonly networks?: readonly string[];
  readonly work?: Partial<Pick<NotifierWork, 'retryDelaysMs' | 'rest' | 'nowMs'>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly log?: BusLog;
}

export async function startNotifier(options: NotifierOptions): Promise<NotifierUnderTest> {
  const configuration = documentOf(options.accounts, options.networks);
  const backbone = await startBackbone({ configuration });
  const { bus } = backbone;
  const metrics = createMetrics();
  let running = await run(backbone, metrics, options);
  const messagesIn = async (stream: string): Promise<number> => {
    const call = `STREAM.INFO.${stream}`;
    return (await bus.api<{ state: { messages: number } }>(call)).state.messages;
  };
  return {
    backbone,
    metrics,
    publish: async (...items) => {
      await Promise.all(
        items.map((item) => {
          const account = item.kind === 'received' ? item.message.account : accountOf(item);
          const channel = deliverChannel('webhook', account ?? 'demo', 'test');
          return backbone.publisher.publish(channel, item);
        }),
      );
    },
    dead: () =>
      readStored(bus, streams.dead, subjects.dead('webhook'), (octets) => [
        decodeDeadLetter(octets),
      ]),
    notified: () =>
      readStored(
        bus,
        streams.events,
        subjects.event(gatewayGroup, 'notified'),
        (octets) => decodeEventBatch(octets).events,
      ),
    waiting: async () => (await messagesIn(streams.deliver)) + (await messagesIn(streams.later)),
    later: () => readStored(bus, streams.later, '>', (octets) => decodeDeliverBatch(octets)),
    configure: async (accounts) => {
      const version = await backbone.configure(documentOf(accounts, options.networks));
      while (running.configuration.current.version < version) await new Promise(setImmediate);
    },
    restart: async () => {
      await running[Symbol.asyncDispose]();
      running = await run(backbone, metrics, options);
    },
    [Symbol.asyncDispose]: async () => {
      await running[Symbol.asyncDispose]();
      await backbone[Symbol.asyncDispose]();
    },
  };
}

function accountOf(item: DeliverItem): string | undefined {
  return 'account' in item ? item.account : undefined;
}

async function run(
  { bus }: Backbone,
  metrics: Metrics,
  { work, env = {}, log = silentLog }: NotifierOptions,
): Promise<AsyncDisposable & { readonly configuration: FollowedConfiguration }> {
  const publisher = createPublisher(bus, { whenFull: 'wait' });
  const states = await EndpointStates.follow(bus, log);
  const signal = new AbortController().signal;
  const configuration = await followConfiguration(bus, { log: silentLog, signal });
  const notifier = new Notifier({
    ...{ bus, publisher, producer: `test-${Date.now().toString(36)}`, log, states },
    metrics: createNotifierMetrics(metrics),
    waiting: new WaitingEvents(1000),
    ...{ userAgent: 'Sendium/test', nowMs: () => Date.now(), dice: () => 0.5 },
    retryDelaysMs: [0, 50, 100, 200, 400, 800],
    rest: { firstMs: 100, mostMs: 1000 },
    ...work,
  });
  notifier.observe(metrics);
  notifier.follow(configuration, { readEnv: (name) => env[name], log });
  return {
    configuration,
    [Symbol.asyncDispose]: async () => {
      await notifier[Symbol.asyncDispose]();
      await configuration[Symbol.asyncDispose]();
      await states[Symbol.asyncDispose]();
      await publisher[Symbol.asyncDispose]();
    },
  };
}
