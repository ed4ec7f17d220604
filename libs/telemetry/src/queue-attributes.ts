// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { attributes } from './semconv.ts';
import type { SpanAttributes } from './tracing.ts';

/** What is done with a queue, and what OpenTelemetry calls that (messaging.operation.type). */
const operationTypes = { accept: 'send', receive: 'send', route: 'process' } as const;

/** A place of the queues: `stem.{of}`, of which this is the one with the name. */
export interface QueuePlace {
  readonly stem: string;
  readonly of: string;
  readonly name: string;
  /** Who reads there. */
  readonly group?: string;
}

/** What the span of a step says of the queue that it writes to or reads from. */
export function queueAttributes(
  operation: keyof typeof operationTypes,
  { stem, of, name, group }: QueuePlace,
): SpanAttributes {
  return {
    [attributes.messagingSystem]: 'nats',
    [attributes.messagingOperationName]: operation,
    [attributes.messagingOperationType]: operationTypes[operation],
    [attributes.messagingDestinationTemplate]: `${stem}.{${of}}`,
    [attributes.messagingDestination]: `${stem}.${name}`,
    [attributes.messagingConsumerGroup]: group,
  };
}
