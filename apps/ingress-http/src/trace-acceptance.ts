// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Message } from '@sendium/message';
import { attributes, steps, type RequestTrace, type Tracing } from '@sendium/telemetry';

/** A message that was taken, and the request that brought it. */
export interface TracedAcceptance {
  readonly message: Message;
  readonly request: RequestTrace | undefined;
  /** When it was durable, in milliseconds since 1970. */
  readonly endMs: number;
}

/** Records the root of the message's trace, linked with its request: one request may bring a thousand. */
export function traceAcceptance(
  tracing: Tracing,
  { message, request, endMs }: TracedAcceptance,
): void {
  const trace = tracing.message(message.id);
  if (trace === undefined) return;
  request?.link(trace.reference(steps.accept));
  trace.record({
    step: steps.accept,
    kind: 'producer',
    startMs: message.acceptedAtMs,
    endMs,
    attributes: {
      [attributes.messagingSystem]: 'nats',
      [attributes.messagingOperationName]: 'accept',
      [attributes.messagingOperationType]: 'send',
      [attributes.messagingDestinationTemplate]: 'submit.{lane}',
      [attributes.messagingDestination]: `submit.${message.lane}`,
      [attributes.direction]: 'outbound',
      [attributes.account]: message.account,
      [attributes.batchId]: message.batchId,
      [attributes.lane]: message.lane,
      [attributes.encoding]: message.encoding,
      [attributes.segmentCount]: message.segments,
    },
    ...(request === undefined ? {} : { links: [request] }),
  });
}
