// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { freePorts } from './free-ports.ts';
import { createClusterMember } from './nats-server.ts';
import type { NatsServer, NatsServerOptions } from './nats-server.ts';

/** Several nats-servers that form one JetStream cluster. */
export interface NatsCluster extends AsyncDisposable {
  readonly servers: readonly NatsServer[];
  /** The addresses of all servers, comma separated, as SENDIUM_NATS_URL takes them. */
  readonly url: string;
  /** Waits until all running servers are healthy again. */
  ready(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a cluster of `size` servers on 127.0.0.1 and waits until JetStream has a leader. */
export const startNatsCluster = async (
  size = 3,
  options: Pick<NatsServerOptions, 'syncInterval' | 'maxFileStore'> = {},
): Promise<NatsCluster> => {
  const routePorts = await freePorts(size);
  const servers = await Promise.all(
    routePorts.map((port, index) =>
      createClusterMember({
        ...options,
        name: `nats-${index}`,
        cluster: { clusterName: 'sendium-test', port, routePorts },
      }),
    ),
  );
  const ready = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.ready()));
  };
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    await Promise.all(servers.map((server) => server.launch()));
    await ready();
  } catch (error) {
    await stop();
    throw error;
  }
  const url = servers.map((server) => server.url).join(',');
  return { servers, url, ready, stop, [Symbol.asyncDispose]: stop };
};
