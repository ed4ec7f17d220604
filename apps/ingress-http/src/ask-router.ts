// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Configuration } from '@sendium/configuration';
import { RoutingServiceService } from '@sendium/contracts';
import { connectGrpc, type CallTracing } from '@sendium/grpc';
import type { Logger, Scope } from '@sendium/runtime';
import { MessagePreviews } from './message-previews.ts';

/** Who asks, and what it knows by itself. */
export interface AskingRouterParts {
  readonly scope: Scope;
  readonly configuration: { readonly current: Configuration };
  readonly log: Logger;
  readonly tracing: CallTracing;
}

/** Questions go over gRPC; the router need not be there yet. */
export function askRouter(url: string, parts: AskingRouterParts): MessagePreviews {
  const { scope, configuration, log, tracing } = parts;
  const client = scope.use(connectGrpc(RoutingServiceService, { url, deadlineMs: 3000, tracing }));
  return new MessagePreviews(client, configuration, log);
}
