// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
export type { CallSpan, CallTracing } from './call-tracing.ts';
export {
  connectGrpc,
  type CallOptions,
  type Calls,
  type GrpcClient,
  type GrpcClientOptions,
} from './connect-grpc.ts';
export { RpcError, type RpcStatus } from './rpc-error.ts';
export {
  serve,
  serveGrpc,
  type CallContext,
  type GrpcServer,
  type GrpcServerOptions,
  type Handlers,
  type ServedService,
} from './serve-grpc.ts';
export { serveQuestions, type QuestionsOptions } from './serve-questions.ts';
export type { UnaryService } from './unary-service.ts';
