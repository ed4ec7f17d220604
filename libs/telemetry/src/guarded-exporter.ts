// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The last thing before the wire. Whatever a span was given, only what stands in `semconv.ts` goes on:
 * other attributes, events (exceptions have texts), attributes of links and descriptions of errors are
 * taken off, of the resource as of the span.
 */
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { attributes } from './semconv.ts';

const allowed: ReadonlySet<string> = new Set(Object.values(attributes));

/** ExportResultCode.SUCCESS. */
const taken = 0;

/** Told how many spans were taken by the collector, or were not. */
export type OnExported = (spans: number, result: 'exported' | 'failed') => void;

/** Hands on to the exporter what may leave the process. */
export function guardedExporter(exporter: SpanExporter, onExported: OnExported): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans.map(guarded), (result) => {
        onExported(spans.length, (result.code as number) === taken ? 'exported' : 'failed');
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}

function guarded(span: ReadableSpan): ReadableSpan {
  const kept = Object.entries(span.attributes).filter(([name]) => allowed.has(name));
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => span.spanContext(),
    ...(span.parentSpanContext === undefined ? {} : { parentSpanContext: span.parentSpanContext }),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    status: { code: span.status.code },
    attributes: Object.fromEntries(kept),
    links: span.links.map(({ context }) => ({ context })),
    events: [],
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}
