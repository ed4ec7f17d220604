// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
export { catalogue, type Catalogue, type MetricSpec } from './catalogue.ts';
export type { CounterCell, GaugeCell, HistogramCell } from './cells.ts';
export { createMetrics, type LabelsOf, type Metrics } from './metrics.ts';
export { attributes, spans } from './semconv.ts';
