// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import {
  applyTopology,
  connectBus,
  createPublisher,
  openBucket,
  type Bus,
  type Publisher,
} from '@sendium/bus';
import {
  buckets,
  configurationKey,
  gatewayTopology,
  type TopologyOptions,
} from '@sendium/contracts';
import { startNatsServer, type NatsServer, type NatsServerOptions } from '@sendium/testkit';

export interface BackboneOptions {
  /** `sendium.yaml` to begin with. */
  readonly configuration: string;
  readonly nats?: NatsServerOptions;
  readonly topology?: TopologyOptions;
}

/** What every service stands on, for a component test: a real server, the topology, the configuration. */
export interface Backbone extends AsyncDisposable {
  readonly nats: NatsServer;
  readonly bus: Bus;
  readonly publisher: Publisher;
  /** Puts another document in force; resolves with its version. */
  configure(document: string): Promise<number>;
}

/** Starts it on free ports of the loopback interface. */
export async function startBackbone(options: BackboneOptions): Promise<Backbone> {
  const nats = await startNatsServer(options.nats ?? {});
  const bus = await connectBus({ url: nats.url, name: 'component-test' });
  await applyTopology(bus, gatewayTopology(options.topology));
  const publisher = createPublisher(bus);
  const configure = (document: string): Promise<number> =>
    openBucket(bus, buckets.config).put(configurationKey, Buffer.from(document));
  await configure(options.configuration);
  return {
    nats,
    bus,
    publisher,
    configure,
    [Symbol.asyncDispose]: async () => {
      await publisher[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
      await nats[Symbol.asyncDispose]();
    },
  };
}
