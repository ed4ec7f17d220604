// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { attributes, epochMsOf, steps, type Tracing } from '@sendium/telemetry';
import type { DeliveryVerdict } from './delivery-verdict.ts';
import { messageIdOf, statusOf, type SmppItem } from './smpp-item.ts';

/** An offer that has come to its end. */
export interface TracedOffer {
  readonly result: DeliveryVerdict['kind'];
  /** When it was offered, by the monotonic clock. */
  readonly startedAtMs: number;
  /** To whom. */
  readonly account: string;
}

/** Records in the trace of the message that an application was told by deliver_sm. */
export function traceDelivery(
  tracing: Tracing,
  item: SmppItem,
  { result, startedAtMs, account }: TracedOffer,
): void {
  const { tries } = item;
  const status = statusOf(item);
  const isFailure = result !== 'delivered';
  tracing.message(messageIdOf(item), isFailure)?.record({
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
