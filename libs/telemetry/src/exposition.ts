// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { HistogramCell, type Cell } from './cells.ts';
import type { MetricSpec } from './catalogue.ts';

/** One metric with all its label combinations. */
export interface Family {
  readonly name: string;
  readonly spec: MetricSpec;
  readonly cells: Map<string, { readonly values: readonly string[]; readonly cell: Cell }>;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

const escapeLabel = (value: string): string =>
  value.replace(/[\\"\n]/g, (character) => escapes[character] ?? character);

function labelText(names: readonly string[], values: readonly string[]): string {
  const pairs = names.map((name, index) => `${name}="${escapeLabel(values[index] ?? '')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** A metric in Prometheus' text exposition format 0.0.4, with an empty line at its end. */
export function renderFamily({ name, spec, cells }: Family): string {
  const lines = [`# HELP ${name} ${spec.help}`, `# TYPE ${name} ${spec.kind}`];
  for (const { values, cell } of cells.values()) {
    if (cell instanceof HistogramCell) lines.push(...renderHistogram(name, spec, values, cell));
    else lines.push(`${name}${labelText(spec.labels, values)} ${String(cell.value)}`);
  }
  return `${lines.join('\n')}\n\n`;
}

function renderHistogram(
  name: string,
  spec: MetricSpec,
  values: readonly string[],
  cell: HistogramCell,
): readonly string[] {
  const buckets = cell.cumulative();
  const total = buckets.at(-1)?.[1] ?? 0;
  const labels = labelText(spec.labels, values);
  return [
    ...buckets.map(
      ([bound, count]) =>
        `${name}_bucket${labelText([...spec.labels, 'le'], [...values, bound])} ${String(count)}`,
    ),
    `${name}_sum${labels} ${String(cell.sum)}`,
    `${name}_count${labels} ${String(total)}`,
  ];
}
