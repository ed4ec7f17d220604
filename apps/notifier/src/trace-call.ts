// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { DeliverItem } from '@sendium/contracts';
import { attributes, epochMsOf, steps, type Tracing } from '@sendium/telemetry';
import type { CallOutcome } from './call-outcome.ts';
import type { WebhookTarget } from './webhook-target.ts';

/** A call of a webhook that has come to its end. */
export interface TracedCall {
  readonly target: Pick<WebhookTarget, 'name' | 'account' | 'url'>;
  readonly outcome: CallOutcome;
  /** When it began, by the monotonic clock. */
  readonly startedAtMs: number;
}

/**
 * Records in the trace of the message that its application was called. Of the URL only host and port:
 * paths and queries often hold keys.
 */
export function traceCall(tracing: Tracing, item: DeliverItem, call: TracedCall): void {
  const { outcome, target, startedAtMs } = call;
  const id = idOf(item);
  if (id === undefined) return;
  const isFailure = outcome.kind !== 'taken';
  const result = outcome.kind === 'failed' ? outcome.result : outcome.kind;
  const status = item.kind === 'report' ? item.status : item.kind;
  const { url, name, account } = target;
  tracing.message(id, isFailure)?.record({
    step: steps.notify('webhook', name, status, item.tries),
    kind: 'client',
    startMs: epochMsOf(startedAtMs),
    endMs: epochMsOf(performance.now()),
    attributes: {
      [attributes.httpMethod]: 'POST',
      [attributes.serverAddress]: url.hostname,
      [attributes.serverPort]: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      [attributes.way]: 'webhook',
      [attributes.endpoint]: name,
      [attributes.tries]: item.tries,
      [attributes.account]: account,
      [attributes.status]: status,
      [attributes.result]: result,
    },
    error: isFailure ? result : undefined,
  });
}

/** Tests of endpoints are about no message. */
function idOf(item: DeliverItem): string | undefined {
  switch (item.kind) {
    case 'report':
      return item.messageId;
    case 'received':
      return item.message.id;
    default:
      return undefined;
  }
}
