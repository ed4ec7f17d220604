// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { attributes as names } from './semconv.ts';
import type { ToldIds } from './told-ids.ts';
import type { SpanReference } from './traceparent.ts';
import type { SpanAttributes, SpanFacts } from './tracing.ts';

/** A span with its ids. */
export interface RecordedSpan extends SpanFacts, SpanReference {
  readonly name: string;
  readonly parentSpanId?: string | undefined;
}

/** Hands a span that is over to the SDK. */
export type Recorder = (span: RecordedSpan) => void;

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

const sampled = 1;

/** Records by the SDK's tracer, whose id generator is `ids`. */
export function createRecorder(tracer: Tracer, ids: ToldIds): Recorder {
  return ({ name, traceId, spanId, parentSpanId, ...facts }) => {
    const { kind, startMs, endMs = Date.now(), error, links = [] } = facts;
    const context =
      parentSpanId === undefined
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, {
            ...{ traceId, spanId: parentSpanId, traceFlags: sampled, isRemote: true },
          });
    ids.tell(traceId, spanId);
    const span = tracer.startSpan(
      name,
      {
        kind: kinds[kind],
        startTime: startMs,
        attributes: known({ ...facts.attributes, [names.errorType]: error }),
        links: links.map((link) => ({
          context: { traceId: link.traceId, spanId: link.spanId, traceFlags: sampled },
        })),
      },
      context,
    );
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    // The clocks of two services may differ by more than a step takes.
    span.end(Math.max(startMs, endMs));
  };
}

function known(attributes: SpanAttributes): Record<string, string | number | boolean> {
  const result: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) result[name] = value;
  }
  return result;
}
