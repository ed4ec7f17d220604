// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import {
  logVerbosity,
  Server,
  ServerCredentials,
  setLogVerbosity,
  status as codes,
  type handleUnaryCall,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { methodName, traceparentKey, type CallTracing } from './call-tracing.ts';
import { RpcError, toStatusCode } from './rpc-error.ts';
import type { RequestOf, ResponseOf, UnaryMethod, UnaryService } from './unary-service.ts';

/** What a handler is told besides the request. */
export interface CallContext {
  /** Aborted when the caller has gone or its deadline has passed: nobody reads the answer any more. */
  readonly signal: AbortSignal;
  /** Milliseconds left to answer in; Infinity when the caller set no deadline. */
  remainingMs(): number;
}

/** One async function per method of the service. */
export type Handlers<S extends UnaryService> = {
  readonly [K in keyof S]: (
    request: RequestOf<S[K]>,
    call: CallContext,
  ) => Promise<ResponseOf<S[K]>>;
};

/** A service with its handlers. */
export interface ServedService {
  readonly name: string;
  readonly definition: UnaryService;
  readonly handlers: Handlers<UnaryService>;
}

/** Where to listen, and what happens to errors that are no answer. */
export interface GrpcServerOptions {
  readonly listen: { readonly host: string; readonly port: number };
  /** A handler threw something else than an RpcError: the caller is told `internal`, nothing more. */
  readonly onUnexpected: (error: unknown, method: string) => void;
  readonly tracing?: CallTracing;
}

/** The running server. Disposing it: not serving, no new calls, running ones may end, then closed. */
export interface GrpcServer extends AsyncDisposable {
  readonly port: number;
  /** What the health service says from now on; serving at first. */
  setServing(isServing: boolean): void;
}

// What goes wrong is told by errors; the library would write it to standard error as well.
setLogVerbosity(logVerbosity.NONE);

/** How long running calls may take to end when the server stops. */
const drainMs = 3000;

const options = {
  // Clients come back by DNS from time to time, so new replicas get their share of the calls.
  'grpc.max_connection_age_ms': 300_000,
  'grpc.max_connection_age_grace_ms': 10_000,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 5000,
  'grpc.max_concurrent_streams': 1000,
} as const;

/** Ties a generated definition to its handlers. */
export function serve<S extends UnaryService>(definition: S, handlers: Handlers<S>): ServedService {
  const name = Object.values(definition)[0]?.path.split('/')[1] ?? '';
  return { name, definition, handlers };
}

/** Serves these services and gRPC's health service on one port. */
export async function serveGrpc(
  { listen, ...calls }: GrpcServerOptions,
  ...services: readonly ServedService[]
): Promise<GrpcServer> {
  const server = new Server(options);
  const names = ['', ...services.map(({ name }) => name)];
  const health = new HealthImplementation();
  const setServing = (isServing: boolean): void => {
    for (const name of names) health.setStatus(name, isServing ? 'SERVING' : 'NOT_SERVING');
  };
  setServing(true);
  health.addToServer(server);
  for (const { definition, handlers } of services) {
    const implementation: UntypedServiceImplementation = {};
    for (const [name, method] of Object.entries(definition)) {
      const handler = handlers[name];
      if (handler !== undefined) implementation[name] = toCallback(method, handler, calls);
    }
    server.addService(definition as never, implementation);
  }
  const port = await listenOn(server, listen);
  return {
    port,
    setServing,
    async [Symbol.asyncDispose]() {
      setServing(false);
      await shutDown(server);
    },
  };
}

type Handler = Handlers<UnaryService>[string];

function toCallback(
  method: UnaryMethod,
  handler: Handler,
  { onUnexpected, tracing }: Omit<GrpcServerOptions, 'listen'>,
): handleUnaryCall<unknown, unknown> {
  return (call, callback) => {
    const [traceparent] = call.metadata.get(traceparentKey);
    const span = tracing?.call('server', methodName(method.path), traceparent?.toString());
    handler(call.request, contextOf(call)).then(
      (response) => {
        span?.end();
        callback(null, response);
      },
      (error: unknown) => {
        if (!(error instanceof RpcError)) onUnexpected(error, method.path);
        const answer = toServiceError(error);
        span?.end(codes[answer.code]);
        callback(answer);
      },
    );
  };
}

function contextOf(call: ServerUnaryCall<unknown, unknown>): CallContext {
  const controller = new AbortController();
  call.on('cancelled', () => controller.abort());
  const deadline = call.getDeadline();
  const deadlineMs = deadline instanceof Date ? deadline.getTime() : deadline;
  return { signal: controller.signal, remainingMs: () => Math.max(0, deadlineMs - Date.now()) };
}

/** Only a status and, of an RpcError, its message go over the wire; never a stack. */
function toServiceError(error: unknown): { code: number; details: string } {
  if (error instanceof RpcError) {
    return { code: toStatusCode(error.status), details: error.message };
  }
  return { code: toStatusCode('internal'), details: 'internal error' };
}

function listenOn(server: Server, { host, port }: GrpcServerOptions['listen']): Promise<number> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(new Error(`cannot listen on ${address}`, { cause: error }));
    });
  });
}

async function shutDown(server: Server): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, drainMs);
    server.tryShutdown(() => resolve());
  });
  clearTimeout(timer);
  server.forceShutdown();
}
