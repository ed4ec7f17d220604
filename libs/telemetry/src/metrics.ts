// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { catalogue, type Catalogue, type MetricSpec } from './catalogue.ts';
import type { Cell, CounterCell, GaugeCell, HistogramCell } from './cells.ts';

type NameOf<K extends MetricSpec['kind']> = {
  [N in keyof Catalogue]: Catalogue[N]['kind'] extends K ? N : never;
}[keyof Catalogue];

/** One text for each label of the metric. */
export type LabelsOf<N extends keyof Catalogue> = Readonly<
  Record<Catalogue[N]['labels'][number], string>
>;

/**
 * So many label combinations a metric may have. What comes on top is counted together under
 * `overflow`: a mistake with labels shall not eat the process's memory.
 */
const maxCells = 2000;

/** Which build this is. */
export interface Build {
  readonly version: string;
  readonly commit: string;
}

/** A metric of the client library, and its cells by the values of their labels. */
interface Family {
  readonly labelled: (values: readonly string[]) => Cell;
  readonly cells: Map<string, Cell>;
}

/** All metrics of one process. */
export class Metrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly version: string;
  readonly #registry = new Registry();
  readonly #families = new Map<string, Family>();
  readonly #beforeRender: (() => void)[] = [];
  #countsAccounts = false;

  constructor({ version, commit }: Build) {
    this.version = version;
    this.gauge('sendium_build_info', { version, commit }).set(1);
  }

  /** The counter of this name and these labels: always the same one. */
  counter<N extends NameOf<'counter'>>(name: N, labels: LabelsOf<N>): CounterCell {
    return this.#cell(name, labels) as CounterCell;
  }

  /** The gauge of this name and these labels. */
  gauge<N extends NameOf<'gauge'>>(name: N, labels: LabelsOf<N>): GaugeCell {
    return this.#cell(name, labels) as GaugeCell;
  }

  /** The histogram of this name and these labels. */
  histogram<N extends NameOf<'histogram'>>(name: N, labels: LabelsOf<N>): HistogramCell {
    return this.#cell(name, labels) as HistogramCell;
  }

  /** Accounts may be many, so that they are told apart only where the operator wants it. */
  configure({ byAccount }: { readonly byAccount: boolean }): void {
    this.#countsAccounts = byAccount;
  }

  /** A message of the account came to this status. */
  countAccountMessage(account: string, status: string): void {
    if (!this.#countsAccounts) return;
    this.counter('sendium_account_messages_total', { account, status }).inc();
  }

  /** The account was told of a message, or was not. */
  countAccountReport(account: string, way: 'smpp' | 'webhook', result: string): void {
    if (!this.#countsAccounts) return;
    this.counter('sendium_account_reports_total', { account, way, result }).inc();
  }

  /** Called before each reading, to set gauges that are only worth knowing when somebody looks. */
  beforeRender(update: () => void): void {
    this.#beforeRender.push(update);
  }

  /** Everything in Prometheus' text form. */
  render(): Promise<string> {
    for (const update of this.#beforeRender) update();
    return this.#registry.metrics();
  }

  /** CPU, memory, event loop delay, garbage collection of this process. */
  observeProcess(): void {
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: 20 });
  }

  #cell(name: keyof Catalogue, labels: Readonly<Record<string, string>>): Cell {
    const spec: MetricSpec = catalogue[name];
    const family = this.#familyOf(name, spec);
    const values = spec.labels.map((label) => labels[label] ?? '');
    const known = family.cells.get(values.join('\0'));
    if (known !== undefined) return known;
    const isFull = family.cells.size >= maxCells;
    const kept = isFull ? spec.labels.map(() => 'overflow') : values;
    const overflow = family.cells.get(kept.join('\0'));
    if (overflow !== undefined) return overflow;
    const cell = family.labelled(kept);
    // Whoever watches a counter must see it at 0 before it is 1: a first value is no increase.
    if (spec.kind === 'counter') (cell as CounterCell).inc(0);
    family.cells.set(kept.join('\0'), cell);
    return cell;
  }

  #familyOf(name: string, spec: MetricSpec): Family {
    const known = this.#families.get(name);
    if (known !== undefined) return known;
    const metric = createMetric(name, spec, this.#registry);
    const family: Family = { labelled: (values) => metric.labels(...values), cells: new Map() };
    this.#families.set(name, family);
    return family;
  }
}

function createMetric(name: string, spec: MetricSpec, registry: Registry) {
  const { help, labels: labelNames, buckets } = spec;
  const options = { name, help, labelNames: [...labelNames], registers: [registry] };
  switch (spec.kind) {
    case 'counter':
      return new Counter(options);
    case 'gauge':
      return new Gauge(options);
    case 'histogram':
      return new Histogram({ ...options, buckets: [...(buckets ?? [])] });
  }
}

/** All packages are released together, so this one's version is that of the service. */
function ownVersion(): string {
  const manifest = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as { readonly version: string };
  return manifest.version;
}

/** The metrics of a service: its own, those of its process, and which build it is. */
export function createMetrics(build: Partial<Build> = {}): Metrics {
  const { version = ownVersion(), commit = 'unknown' } = build;
  const metrics = new Metrics({ version, commit });
  metrics.observeProcess();
  return metrics;
}
