// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { MessageServiceService } from '@sendium/contracts';
import { connectGrpc } from '@sendium/grpc';
import type { Logger, Scope } from '@sendium/runtime';
import { MessageQueries } from './message-queries.ts';

/** Who asks. */
export interface AskingParts {
  readonly scope: Scope;
  readonly log: Logger;
}

/** Questions go over gRPC; the tracker need not be there yet. */
export function askTracker(url: string, { scope, log }: AskingParts): MessageQueries {
  const client = scope.use(connectGrpc(MessageServiceService, { url, deadlineMs: 3000 }));
  return new MessageQueries(client, log);
}
