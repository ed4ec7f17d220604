// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Message } from '@sendium/message';
import { attributes, steps, type Tracing } from '@sendium/telemetry';

/** Records the root of the message's trace: it was taken from an SMPP client, durably, just now. */
export function traceAcceptance(tracing: Tracing, message: Message): void {
  const trace = tracing.message(message.id);
  trace?.record({
    step: steps.accept,
    kind: 'server',
    startMs: message.acceptedAtMs,
    attributes: {
      [attributes.messagingSystem]: 'nats',
      [attributes.messagingOperationName]: 'accept',
      [attributes.messagingOperationType]: 'send',
      [attributes.messagingDestinationTemplate]: 'submit.{lane}',
      [attributes.messagingDestination]: `submit.${message.lane}`,
      [attributes.smppCommand]: 'submit_sm',
      [attributes.direction]: 'outbound',
      [attributes.account]: message.account,
      [attributes.lane]: message.lane,
      [attributes.encoding]: message.encoding,
      [attributes.segmentCount]: message.segments,
    },
  });
}
