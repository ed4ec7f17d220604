// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

export { catalogue, type Catalogue, type MetricSpec } from './catalogue.ts';
export type { CounterCell, GaugeCell, HistogramCell } from './cells.ts';
export { createMetrics, type LabelsOf, type Metrics } from './metrics.ts';
export { observeBus, type BusCounts } from './observe-bus.ts';
export { observeStore, type StoreFill } from './observe-store.ts';
export { queueAttributes, type QueuePlace } from './queue-attributes.ts';
export { attributes, spans } from './semconv.ts';
export { startTracing, TracingSettingError, type TracingOptions } from './start-tracing.ts';
export { spanIdOf, steps, type Step } from './steps.ts';
export {
  traceAcceptance,
  traceInbound,
  type AcceptedBy,
  type AcceptedMessage,
  type ReceivedSms,
} from './trace-roots.ts';
export { formatTraceparent, type SpanReference } from './traceparent.ts';
export {
  epochMsOf,
  noTracing,
  type CallTrace,
  type MessageTrace,
  type RequestTrace,
  type SpanAttributes,
  type StepSpan,
  type Tracing,
} from './tracing.ts';
