// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** The roots of traces: how a message, or an SMS from a mobile, came to the gateway. */
import { queueAttributes } from './queue-attributes.ts';
import { attributes } from './semconv.ts';
import { steps } from './steps.ts';
import { epochMsOf, type RequestTrace, type SpanKind, type Tracing } from './tracing.ts';

/** What is told of a message that was taken. */
export interface AcceptedMessage {
  readonly id: string;
  readonly account: string;
  readonly lane: string;
  readonly encoding: string;
  readonly segments: number;
  readonly batchId?: string;
  readonly acceptedAtMs: number;
}

/** How it came. */
export interface AcceptedBy {
  readonly kind: SpanKind;
  /** The request that brought it, where that is traced: one may bring a thousand. */
  readonly request?: RequestTrace | undefined;
  readonly smppCommand?: string;
  /** When it was durable, in milliseconds since 1970; now, when left out. */
  readonly endMs?: number;
}

/** Records the root of the message's trace, linked with its request: it is durable. */
export function traceAcceptance(tracing: Tracing, message: AcceptedMessage, by: AcceptedBy): void {
  const trace = tracing.message(message.id);
  if (trace === undefined) return;
  const { kind, request, smppCommand, endMs } = by;
  request?.link(trace.reference(steps.accept));
  trace.record({
    ...{ step: steps.accept, kind, startMs: message.acceptedAtMs },
    ...(endMs === undefined ? {} : { endMs }),
    attributes: {
      ...queueAttributes('accept', { stem: 'submit', of: 'lane', name: message.lane }),
      [attributes.smppCommand]: smppCommand,
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

/** What is told of an SMS from a mobile. */
export interface ReceivedSms {
  readonly id: string;
  readonly connector: string;
  readonly receivedAtMs: number;
}

/** Records the root of the trace of an SMS from a mobile: the carrier was told that we have it. */
export function traceInbound(tracing: Tracing, sms: ReceivedSms, smppCommand: string): void {
  const { id, connector, receivedAtMs } = sms;
  tracing.message(id)?.record({
    ...{ step: steps.receive, kind: 'server', startMs: receivedAtMs },
    endMs: epochMsOf(performance.now()),
    attributes: {
      ...queueAttributes('receive', { stem: 'inbound', of: 'connector', name: connector }),
      [attributes.smppCommand]: smppCommand,
      [attributes.direction]: 'inbound',
      [attributes.connector]: connector,
    },
  });
}
