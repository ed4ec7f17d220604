// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { startBackbone, readStored, type Backbone, type BackboneOptions } from '@sendium/backbone';
import {
  decodeSubmitBatch,
  MessageServiceService,
  RoutingServiceService,
  streams,
  subjects,
  InboundMessageServiceService,
  receivedToWire,
  type MessageRecord,
  type ReceivedMessage,
  type SubmitItem,
  type TimelineEvent,
} from '@sendium/contracts';
import { RpcError, serve, serveGrpc, type GrpcServer } from '@sendium/grpc';
import type { Lane } from '@sendium/message';
import { spawnApp, type SpawnedApp } from '@sendium/testkit';

/** The key of account `demo` in these tests, and that of `other`. */
export const demoKey = 'demo-key';
export const otherKey = 'other-key';

const hashOf = (key: string): string => `sha256:${createHash('sha256').update(key).digest('hex')}`;

const carrier = 'host: 127.0.0.1, port: 1, system_id: x, password: x';

/** `sendium.yaml` with these keys for account demo. */
export const documentWith = (...keys: readonly string[]): string => `
version: 1
accounts:
  demo:
    default_sender: ACME
    webhooks: [{ name: main, url: "https://example.com/", secret: "\${env:SENDIUM_SECRET_HOOK}" }]
    rest: { keys: [${keys.map((key, n) => `{ name: k${n}, hash: "${hashOf(key)}" }`).join(', ')}] }
  other:
    tps: 2
    rest: { keys: [{ name: default, hash: "\${env:SENDIUM_SECRET_OTHER}" }] }
connectors:
  plain: { ${carrier} }
  packed: { ${carrier}, default_alphabet: gsm7_packed, long_message: udh16 }
  latin: { ${carrier}, default_alphabet: latin1, long_message: sar }
  ascii: { ${carrier}, default_alphabet: ascii, long_message: payload }
`;

/** A router whose answers the test decides. */
export interface FakeRouter {
  /** By recipient, as digits; who is not here has no route. */
  readonly targets: Map<string, readonly string[]>;
}

/** A tracker whose answers the test decides. */
export interface FakeTracker {
  readonly records: Map<string, MessageRecord>;
  readonly events: Map<string, readonly TimelineEvent[]>;
  /** Of all accounts, the newest first; the cursor is the id of the last that was given. */
  readonly inbound: ReceivedMessage[];
  /** It has not heard of everything that may be asked for. */
  isBehind: boolean;
}

/** The service as a process, on a real nats-server, with a tracker to ask. */
export interface RunningIngress extends AsyncDisposable {
  readonly backbone: Backbone;
  readonly app: SpawnedApp;
  readonly url: string;
  readonly port: number;
  readonly tracker: FakeTracker;
  readonly router: FakeRouter;
  /** Ends the router. */
  stopRouter(): Promise<void>;
  /** Ends the tracker. */
  stopTracker(): Promise<void>;
  request(method: string, path: string, init?: RequestInit): Promise<Response>;
  /** POST /v1/messages as account demo. */
  send(body: unknown, path?: string): Promise<Response>;
  /** What SUBMIT holds in a lane. */
  stored(lane: Lane): Promise<readonly SubmitItem[]>;
}

export interface IngressOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly topology?: NonNullable<BackboneOptions['topology']>;
}

/** Starts everything on free ports of the loopback interface. */
export async function startIngress(options: IngressOptions = {}): Promise<RunningIngress> {
  await using started = new AsyncDisposableStack();
  const backbone = started.use(
    await startBackbone({
      configuration: documentWith(demoKey),
      ...(options.topology === undefined ? {} : { topology: options.topology }),
    }),
  );
  const tracker: FakeTracker = {
    ...{ records: new Map(), events: new Map(), inbound: [], isBehind: false },
  };
  const trackerServer = started.use(await serveTracker(tracker));
  const router: FakeRouter = { targets: new Map() };
  const routerServer = started.use(await serveRouter(router));
  const spawned = await spawnApp({
    app: 'ingress-http',
    env: {
      SENDIUM_NATS_URL: backbone.nats.url,
      SENDIUM_HTTP_LISTEN: '127.0.0.1:0',
      SENDIUM_TRACKER_URL: `http://127.0.0.1:${trackerServer.port}`,
      SENDIUM_ROUTER_URL: `http://127.0.0.1:${routerServer.port}`,
      SENDIUM_SECRET_OTHER: hashOf(otherKey),
      ...options.env,
    },
  });
  const app = started.use(spawned);
  const running = started.move();
  const port = portIn(app.output);
  const url = `http://127.0.0.1:${port}`;
  const request = (method: string, path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(url + path, {
      ...init,
      method,
      headers: { authorization: `Bearer ${demoKey}`, ...(init.headers as object) },
    });
  return {
    ...{ backbone, app, url, port, tracker, router, request },
    stopRouter: async () => routerServer[Symbol.asyncDispose](),
    stopTracker: async () => trackerServer[Symbol.asyncDispose](),
    send: (body, path = '/v1/messages') =>
      request('POST', path, {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    stored: (lane) =>
      readStored(backbone.bus, streams.submit, subjects.submit(lane), decodeSubmitBatch),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The port that it says it listens on. */
function portIn(output: string): number {
  const port = /"port":(\d+),"msg":"listening for HTTP"/.exec(output)?.[1];
  if (port === undefined) throw new Error(`no port in: ${output}`);
  return Number(port);
}

function serveRouter({ targets }: FakeRouter): Promise<GrpcServer> {
  return serveGrpc(
    {
      listen: { host: '127.0.0.1', port: 0 },
      onUnexpected: (error) => {
        throw error;
      },
    },
    serve(RoutingServiceService, {
      explainRoute: async ({ to }) => {
        const found = targets.get(to);
        const route = found === undefined ? '' : 'tested';
        return { route, targets: [...(found ?? [])], configurationVersion: 1, rules: [] };
      },
    }),
  );
}

function serveTracker(tracker: FakeTracker): Promise<GrpcServer> {
  const { records, events } = tracker;
  const known = <T>(map: ReadonlyMap<string, T>, account: string, id: string): T => {
    const value = map.get(`${account} ${id}`);
    if (value === undefined) {
      const status = tracker.isBehind ? 'failed_precondition' : 'not_found';
      throw new RpcError(status, 'no such message');
    }
    return value;
  };
  return serveGrpc(
    {
      listen: { host: '127.0.0.1', port: 0 },
      onUnexpected: (error) => {
        throw error;
      },
    },
    serve(MessageServiceService, {
      getMessage: async ({ account, id }) =>
        Promise.resolve({ record: known(records, account, id) }),
      findMessages: async () => Promise.resolve({ records: [] }),
      listMessageEvents: async ({ account, id }) =>
        Promise.resolve({ events: [...known(events, account, id)] }),
    }),
    serve(InboundMessageServiceService, {
      listInboundMessages: async ({ account, limit, cursor }) => {
        const own = tracker.inbound.filter((message) => message.account === account);
        const older = own.slice(own.findIndex(({ id }) => id === cursor) + 1);
        const [page, isMore] = [older.slice(0, limit), older.length > limit];
        const nextCursor = isMore ? (page.at(-1)?.id ?? '') : '';
        return Promise.resolve({ messages: page.map(receivedToWire), nextCursor });
      },
      getInboundMessage: async ({ account, id }) => {
        const found = tracker.inbound.find((one) => one.account === account && one.id === id);
        if (found === undefined) throw new RpcError('not_found', 'no such message');
        return Promise.resolve({ message: receivedToWire(found) });
      },
    }),
  );
}
