// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The side of OpenTelemetry. Loaded only while tracing is on.
 *
 * The SDK reads the rest of the standard variables itself: OTEL_EXPORTER_OTLP_* (endpoint, headers,
 * compression, time-out, certificates), OTEL_BSP_* (the bounds of the queue), OTEL_RESOURCE_ATTRIBUTES,
 * OTEL_SERVICE_NAME, OTEL_LOG_LEVEL. A collector that is away costs the spans: the queue is bounded, what
 * has no room is let go, and nobody waits.
 */
import { randomUUID } from 'node:crypto';
import { context, propagation, trace } from '@opentelemetry/api';
import {
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { SamplingDecision, type Sampler, type SpanExporter } from '@opentelemetry/sdk-trace';
import { guardedExporter } from './guarded-exporter.ts';
import { createRecorder } from './recorder.ts';
import { SampledTracing } from './sampled-tracing.ts';
import { createSampling } from './sampling.ts';
import type { OtlpProtocol, TracingOptions } from './start-tracing.ts';
import { ToldIds } from './told-ids.ts';
import type { Tracing } from './tracing.ts';

/** Draining waits no longer than this for the collector to take the last spans. */
const flushMs = 1000;

/** What `startTracing` has found out. */
export type OtelOptions = TracingOptions & {
  readonly ratio: number;
  readonly protocol: OtlpProtocol;
};

/** Tracing by the SDK. */
export async function createOtelTracing(options: OtelOptions): Promise<Tracing> {
  const { service, metrics, ratio, keepsFailures, protocol } = options;
  const count = (result: string) => metrics.counter('sendium_trace_spans_total', { result });
  const cells = {
    recorded: count('recorded'),
    exported: count('exported'),
    failed: count('failed'),
  };
  const exporter = await openExporter(protocol);
  const ids = new ToldIds();
  const sdk = new NodeSDK({
    traceExporter: guardedExporter(exporter, (spans, result) => cells[result].inc(spans)),
    sampler: decidedBefore,
    idGenerator: ids,
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
    resource: resourceFromAttributes({
      'service.name': service,
      'service.namespace': 'sendium',
      'service.version': metrics.version,
      'service.instance.id': randomUUID(),
      'telemetry.sdk.name': 'opentelemetry',
      'telemetry.sdk.language': 'nodejs',
    }),
    // Others would tell the command line and the user's name.
    resourceDetectors: [resourceAttributesEnvDetector, serviceNameEnvDetector],
  });
  sdk.start();
  const recordSpan = createRecorder(trace.getTracer('sendium', metrics.version), ids);
  return new SampledTracing({
    ...{ isSampled: createSampling(ratio), ratio, keepsFailures },
    record: (span) => {
      cells.recorded.inc();
      recordSpan(span);
    },
    close: async () => {
      await within(flushMs, sdk.shutdown());
      for (const global of [trace, context, propagation]) global.disable();
    },
  });
}

/** Whoever records a span has asked `Sampling` before: what comes here is kept. */
const decidedBefore: Sampler = {
  shouldSample: () => ({ decision: SamplingDecision.RECORD_AND_SAMPLED }),
  toString: () => 'SendiumMessageIdSampler',
};

async function openExporter(protocol: OtlpProtocol): Promise<SpanExporter> {
  switch (protocol) {
    case 'grpc': {
      const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-grpc');
      return new OTLPTraceExporter();
    }
    case 'http/json': {
      const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
      return new OTLPTraceExporter();
    }
    case 'http/protobuf': {
      const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
      return new OTLPTraceExporter();
    }
  }
}

/** What the collector has not taken by then is let go. */
async function within(ms: number, shuttingDown: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([shuttingDown.catch(() => undefined), late]);
  clearTimeout(timer);
}
