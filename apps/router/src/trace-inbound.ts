// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { InboundMessage } from '@sendium/contracts';
import { attributes, epochMsOf, queueAttributes, steps, type Tracing } from '@sendium/telemetry';
import type { InboundResult } from './route-inbound.ts';

/** A decision about an SMS from a mobile, once what follows from it is durable. */
export interface TracedInbound {
  readonly result: InboundResult;
  /** When it began, by the monotonic clock. */
  readonly startedAtMs: number;
}

/** Records the decision in the trace of the SMS, or of the part of one. */
export function traceInbound(
  tracing: Tracing,
  { id, connector }: InboundMessage,
  { result, startedAtMs }: TracedInbound,
): void {
  const isFailure = result === 'unmatched';
  tracing.message(id, isFailure)?.record({
    step: steps.route(0),
    kind: 'consumer',
    startMs: epochMsOf(startedAtMs),
    endMs: epochMsOf(performance.now()),
    attributes: {
      ...queueAttributes('route', {
        ...{ stem: 'inbound', of: 'connector', name: connector, group: 'router-inbound' },
      }),
      [attributes.direction]: 'inbound',
      [attributes.connector]: connector,
      [attributes.result]: result,
    },
    error: isFailure ? result : undefined,
  });
}
