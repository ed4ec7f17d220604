// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { InboundMessage } from '@sendium/contracts';
import { attributes, epochMsOf, steps, type Tracing } from '@sendium/telemetry';

/** Records the root of the trace of an SMS from a mobile: the carrier was told that we have it. */
export function traceInbound(
  tracing: Tracing,
  { id, connector, receivedAtMs }: InboundMessage,
  command: string,
): void {
  tracing.message(id)?.record({
    step: steps.receive,
    kind: 'server',
    startMs: receivedAtMs,
    endMs: epochMsOf(performance.now()),
    attributes: {
      [attributes.messagingSystem]: 'nats',
      [attributes.messagingOperationName]: 'receive',
      [attributes.messagingOperationType]: 'send',
      [attributes.messagingDestinationTemplate]: 'inbound.{connector}',
      [attributes.messagingDestination]: `inbound.${connector}`,
      [attributes.smppCommand]: command,
      [attributes.direction]: 'inbound',
      [attributes.connector]: connector,
    },
  });
}
