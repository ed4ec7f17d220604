// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { SubmitItem } from '@sendium/contracts';
import {
  attributes,
  epochMsOf,
  queueAttributes,
  steps,
  type Step,
  type Tracing,
} from '@sendium/telemetry';
import type { RoutingResult, RoutingTarget } from './route-message.ts';

/** A decision of the router, once what follows from it is durable. */
export interface TracedDecision {
  readonly result: RoutingResult;
  /** When it began, by the monotonic clock. */
  readonly startedAtMs: number;
  readonly target?: RoutingTarget | undefined;
}

/** Records the decision in the trace of its message. */
export function traceRouting(tracing: Tracing, item: SubmitItem, decision: TracedDecision): void {
  const { message, attempt } = item;
  const { result, startedAtMs, target } = decision;
  const isFailure = result === 'failed' || result === 'expired';
  const trace = tracing.message(message.id, isFailure);
  if (trace === undefined) return;
  trace.record({
    step: stepOf(attempt, decision),
    kind: 'consumer',
    startMs: epochMsOf(startedAtMs),
    endMs: epochMsOf(performance.now()),
    attributes: {
      ...queueAttributes('route', {
        ...{ stem: 'submit', of: 'lane', name: message.lane, group: `router-${message.lane}` },
      }),
      [attributes.account]: message.account,
      [attributes.lane]: message.lane,
      [attributes.attempt]: attempt,
      [attributes.result]: result,
      [attributes.route]: target?.route,
      [attributes.connector]: target?.connector,
    },
    error: isFailure ? result : undefined,
  });
}

/** What is put off is decided again under the same attempt; submissions belong to the last decision. */
function stepOf(attempt: number, { result, startedAtMs }: TracedDecision): Step {
  if (result === 'scheduled') return steps.route(attempt, result);
  if (result === 'postponed') return steps.route(attempt, result, Math.round(startedAtMs));
  return steps.route(attempt);
}
