// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { Client, credentials, Metadata, status as codes, type ServiceError } from '@grpc/grpc-js';
import { methodName, traceparentKey, type CallTracing } from './call-tracing.ts';
import { RpcError, toRpcStatus } from './rpc-error.ts';
import type { RequestOf, ResponseOf, UnaryMethod, UnaryService } from './unary-service.ts';

/** Each call may have a deadline of its own and may be given up. */
export interface CallOptions {
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** The span that the call is made within, where one is recorded. */
  readonly traceparent?: string | undefined;
}

/** One async function per method; rejects with RpcError. */
export type Calls<S extends UnaryService> = {
  readonly [K in keyof S]: (
    request: RequestOf<S[K]>,
    options?: CallOptions,
  ) => Promise<ResponseOf<S[K]>>;
};

/** A client of one service. Connects by itself when it is used, and again when it lost the server. */
export interface GrpcClient<S extends UnaryService> extends AsyncDisposable {
  readonly calls: Calls<S>;
}

/** Whom to ask, and how long an answer may take when the call does not say. */
export interface GrpcClientOptions {
  /** `dns:///host:port` or `http://host:port`; `https://host:port` for TLS. */
  readonly url: string;
  /** Default 2,000. No call goes without a deadline. */
  readonly deadlineMs?: number;
  readonly tracing?: CallTracing;
}

const channelOptions = {
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  // Who asks decides whether to ask again: nothing is retried in between.
  'grpc.enable_retries': 0,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 5000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2000,
} as const;

/** A client for a generated service definition. */
export function connectGrpc<S extends UnaryService>(
  definition: S,
  { url, deadlineMs = 2000, tracing }: GrpcClientOptions,
): GrpcClient<S> {
  const { target, isSecure } = toTarget(url);
  const channel = isSecure ? credentials.createSsl() : credentials.createInsecure();
  const client = new Client(target, channel, channelOptions);
  const calls = Object.entries(definition).map(([name, method]) => [
    name,
    (request: never, options: CallOptions = {}) =>
      callUnary(client, method, request, { deadlineMs, tracing, ...options }),
  ]);
  return {
    calls: Object.fromEntries(calls) as Calls<S>,
    [Symbol.asyncDispose]() {
      client.close();
      return Promise.resolve();
    },
  };
}

type CallSettings = CallOptions & {
  readonly deadlineMs: number;
  readonly tracing: CallTracing | undefined;
};

function callUnary(
  client: Client,
  method: UnaryMethod,
  request: never,
  { deadlineMs, signal, tracing, traceparent }: CallSettings,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const metadata = new Metadata();
    const span = tracing?.call('client', methodName(method.path), traceparent);
    if (span !== undefined) metadata.set(traceparentKey, span.traceparent);
    const call = client.makeUnaryRequest<never, unknown>(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      metadata,
      { deadline: Date.now() + deadlineMs },
      (error, response) => {
        signal?.removeEventListener('abort', cancel);
        if (error === null) {
          span?.end();
          resolve(response);
          return;
        }
        span?.end(codes[error.code]);
        reject(toRpcError(error, method.path));
      },
    );
    const cancel = (): void => call.cancel();
    if (signal?.aborted === true) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
  });
}

function toRpcError(error: ServiceError, path: string): RpcError {
  return new RpcError(toRpcStatus(error.code), `${path}: ${error.details}`, { cause: error });
}

function toTarget(url: string): { readonly target: string; readonly isSecure: boolean } {
  const parsed = new URL(url);
  switch (parsed.protocol) {
    case 'http:':
    case 'https:': {
      const isSecure = parsed.protocol === 'https:';
      const port = parsed.port === '' ? (isSecure ? '443' : '80') : parsed.port;
      return { target: `dns:///${parsed.hostname}:${port}`, isSecure };
    }
    case 'dns:':
      return { target: url, isSecure: false };
    default:
      throw new RangeError('the URL of a gRPC server begins with dns:, http: or https:');
  }
}
