// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import {
  serveGrpc,
  type GrpcServer,
  type GrpcServerOptions,
  type ServedService,
} from './serve-grpc.ts';

/** Where a service listens for questions, and its log. */
export interface QuestionsOptions extends Omit<GrpcServerOptions, 'onUnexpected'> {
  readonly log: {
    info(fields: object, text: string): void;
    error(fields: object, text: string): void;
  };
}

/** Serves, and logs where, and which questions failed that should not have. */
export async function serveQuestions(
  { log, ...options }: QuestionsOptions,
  ...services: readonly ServedService[]
): Promise<GrpcServer> {
  const onUnexpected = (err: unknown, method: string): void =>
    log.error({ err, method }, 'a question failed');
  const server = await serveGrpc({ ...options, onUnexpected }, ...services);
  log.info({ host: options.listen.host, port: server.port }, 'answering questions');
  return server;
}
