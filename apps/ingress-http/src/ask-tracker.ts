// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { InboundMessageServiceService, MessageServiceService } from '@sendium/contracts';
import { connectGrpc, type CallTracing } from '@sendium/grpc';
import type { Logger, Scope } from '@sendium/runtime';
import { InboundQueries } from './inbound-queries.ts';
import { MessageQueries } from './message-queries.ts';
import type { RecentMessages } from './recent-messages.ts';

/** Every question that the tracker answers. */
export interface TrackerQueries {
  readonly queries: MessageQueries;
  readonly inbound: InboundQueries;
}

/** Who asks, and what it knows by itself. */
export interface AskingParts {
  readonly scope: Scope;
  readonly recent: RecentMessages;
  readonly log: Logger;
  readonly tracing?: CallTracing;
}

/** Questions go over gRPC; the tracker need not be there yet. */
export function askTracker(url: string, parts: AskingParts): TrackerQueries {
  const { scope, recent, log, tracing } = parts;
  const options = { url, deadlineMs: 3000, ...(tracing === undefined ? {} : { tracing }) };
  const messages = scope.use(connectGrpc(MessageServiceService, options));
  const inbound = scope.use(connectGrpc(InboundMessageServiceService, options));
  return {
    queries: new MessageQueries(messages, recent, log),
    inbound: new InboundQueries(inbound, log),
  };
}
