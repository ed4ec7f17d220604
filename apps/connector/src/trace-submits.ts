// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { DispatchItem } from '@sendium/contracts';
import type { Decision } from '@sendium/delivery';
import type { Answer } from '@sendium/smpp-link';
import { attributes, epochMsOf, noTracing, steps, type Tracing } from '@sendium/telemetry';

/** A submit_sm on its way. */
export interface TracedFlight {
  readonly attempt: { readonly item: DispatchItem };
  readonly part: number;
  /** When it was handed to its session, by the monotonic clock. */
  sentAtMs: number;
}

/** Told how each submit_sm ended that was written. */
export type SubmitTrace = (
  flight: TracedFlight,
  decision: Decision,
  answer: Answer<'submit_sm'>,
) => void;

/** Records submit_sm in the traces of their messages: each attempt, each part, each submission. */
export function createSubmitTrace(tracing: Tracing = noTracing, connector: string): SubmitTrace {
  return ({ attempt: { item }, part, sentAtMs }, { kind: decision }, answer) => {
    const { message, attempt } = item;
    const isFailure = decision !== 'submitted';
    const trace = tracing.message(message.id, isFailure);
    if (trace === undefined) return;
    const status = 'status' in answer ? answer.status : undefined;
    const isLast = decision !== 'resend' && decision !== 'throttled';
    trace.record({
      // The receipt looks for the last submission of its part; those before it have names of their own.
      step: isLast
        ? steps.submit(attempt, part)
        : steps.submit(attempt, part, Math.round(epochMsOf(sentAtMs))),
      parent: steps.route(attempt),
      kind: 'client',
      startMs: epochMsOf(sentAtMs),
      endMs: epochMsOf(performance.now()),
      attributes: {
        [attributes.smppCommand]: 'submit_sm',
        [attributes.smppCommandStatus]: status === undefined ? undefined : hexOf(status),
        [attributes.connector]: connector,
        [attributes.route]: item.route,
        [attributes.account]: message.account,
        [attributes.attempt]: attempt,
        [attributes.part]: part,
        [attributes.result]: decision,
      },
      error: isFailure ? (status === undefined ? answer.kind : hexOf(status)) : undefined,
    });
  };
}

/** As the specification writes it. */
function hexOf(status: number): string {
  return `0x${status.toString(16).toUpperCase().padStart(8, '0')}`;
}
