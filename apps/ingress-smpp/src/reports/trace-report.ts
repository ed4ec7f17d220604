// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Report } from '@sendium/contracts';
import { attributes, epochMsOf, steps, type Tracing } from '@sendium/telemetry';
import type { ReportVerdict } from './report-verdict.ts';

/** An offer of a report that has come to its end. */
export interface TracedOffer {
  readonly result: ReportVerdict['kind'];
  /** When it was offered, by the monotonic clock. */
  readonly startedAtMs: number;
}

/** Records in the trace of the message that its application was told by deliver_sm. */
export function traceReport(
  tracing: Tracing,
  { messageId, account, status, tries }: Report,
  { result, startedAtMs }: TracedOffer,
): void {
  const isFailure = result !== 'delivered';
  tracing.message(messageId, isFailure)?.record({
    step: steps.notify('smpp', '', status, tries),
    kind: 'client',
    startMs: epochMsOf(startedAtMs),
    endMs: epochMsOf(performance.now()),
    attributes: {
      [attributes.smppCommand]: 'deliver_sm',
      [attributes.way]: 'smpp',
      [attributes.tries]: tries,
      [attributes.account]: account,
      [attributes.status]: status,
      [attributes.result]: result,
    },
    error: isFailure ? result : undefined,
  });
}
