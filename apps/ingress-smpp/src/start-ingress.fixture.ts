// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readStored, startBackbone, type Backbone, type BackboneOptions } from '@sendium/backbone';
import {
  decodeSubmitBatch,
  MessageServiceService,
  streams,
  subjects,
  type MessageRecord,
} from '@sendium/contracts';
import { RpcError, serve, serveGrpc, type GrpcServer } from '@sendium/grpc';
import { lanes, type Message } from '@sendium/message';
import { spawnApp, type SpawnedApp } from '@sendium/testkit';
import { RawClient } from './raw-client.fixture.ts';

/** `sendium.yaml` with account demo, whose fields of `smpp` and of its own may be added to. */
export const documentWith = (demo = '', smpp = ''): string => `
version: 1
accounts:
  demo:
    default_sender: ACME
    smpp: { system_id: demo, password: secret, binds: 300 ${smpp} }
    ${demo}
  narrow:
    smpp:
      system_id: narrow
      password: secret
      binds: 2
      window: 3
      networks: [127.0.0.2/32]
      bind_types: [transmitter, transceiver]
  joined:
    smpp: { system_id: joined, password: secret, client_parts: join }
  slow:
    tps: 2
    senders: [ACME, '+447700900000']
    smpp: { system_id: slow, password: secret, message_ids: decimal }
`;

type Env = Readonly<Record<string, string>>;

/** The service as a process, on a real nats-server, with a tracker whose answers the test decides. */
export interface RunningIngress extends AsyncDisposable {
  readonly backbone: Backbone;
  readonly app: SpawnedApp;
  readonly port: number;
  /** By account and id. */
  readonly records: Map<string, readonly MessageRecord[]>;
  /** A connection from this address. */
  connect(localAddress?: string): Promise<RawClient>;
  /** What SUBMIT holds in all lanes. */
  stored(): Promise<readonly Message[]>;
  /** Another process of the service; a setting that is empty here is left out. */
  another(env?: Env): Promise<{ readonly app: SpawnedApp; readonly port: number }>;
}

export interface IngressOptions {
  readonly document?: string;
  readonly env?: Env;
  readonly topology?: NonNullable<BackboneOptions['topology']>;
}

/** Starts everything on free ports of the loopback interface. */
export async function startIngress(options: IngressOptions = {}): Promise<RunningIngress> {
  await using started = new AsyncDisposableStack();
  const { document = documentWith(), topology } = options;
  const backbone = started.use(
    await startBackbone({
      configuration: document,
      ...(topology === undefined ? {} : { topology }),
    }),
  );
  const records = new Map<string, readonly MessageRecord[]>();
  const tracker = started.use(await serveTracker(records));
  const clients: RawClient[] = [];
  const spawn = async (
    over: Env = {},
  ): Promise<{ readonly app: SpawnedApp; readonly port: number }> => {
    const env = {
      SENDIUM_NATS_URL: backbone.nats.url,
      SENDIUM_SMPP_LISTEN: '127.0.0.1:0',
      SENDIUM_TRACKER_URL: `http://127.0.0.1:${tracker.port}`,
      ...options.env,
      ...over,
    };
    const given = Object.entries(env).filter(([, value]) => value !== '');
    const app = await spawnApp({ app: 'ingress-smpp', env: Object.fromEntries(given) });
    return { app, port: portIn(app.output) };
  };
  const { app, port } = await spawn();
  started.use(app);
  started.defer(() => {
    for (const { socket } of clients) socket.destroy();
  });
  const running = started.move();
  return {
    ...{ backbone, app, port, records },
    connect: async (localAddress) => {
      const client = await RawClient.connect(port, localAddress);
      clients.push(client);
      return client;
    },
    stored: async () => {
      const read = lanes.map((lane) =>
        readStored(backbone.bus, streams.submit, subjects.submit(lane), decodeSubmitBatch),
      );
      return (await Promise.all(read)).flat().map(({ message }) => message);
    },
    another: async (env) => {
      const second = await spawn(env);
      running.use(second.app);
      return second;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The port that it says it listens on. */
function portIn(output: string): number {
  const port = /"port":(\d+),"msg":"listening for SMPP"/.exec(output)?.[1];
  if (port === undefined) throw new Error(`no port in: ${output}`);
  return Number(port);
}

function serveTracker(records: ReadonlyMap<string, readonly MessageRecord[]>): Promise<GrpcServer> {
  const find = (account: string, id: string): readonly MessageRecord[] => {
    const found = records.get(`${account} ${id}`);
    if (found === undefined) throw new RpcError('not_found', 'no such message');
    return found;
  };
  return serveGrpc(
    {
      listen: { host: '127.0.0.1', port: 0 },
      onUnexpected: (error) => {
        throw error;
      },
    },
    serve(MessageServiceService, {
      getMessage: async ({ account, id }) => Promise.resolve({ record: find(account, id)[0] }),
      findMessages: async ({ account, id }) => Promise.resolve({ records: [...find(account, id)] }),
      listMessageEvents: async () => Promise.resolve({ events: [] }),
    }),
  );
}
