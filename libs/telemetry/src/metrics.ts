// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { catalogue, type Catalogue, type MetricSpec } from './catalogue.ts';
import { CounterCell, GaugeCell, HistogramCell, type Cell } from './cells.ts';
import { renderFamily, type Family } from './exposition.ts';

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

/** All metrics of one process. */
export class Metrics {
  /** Of this build. */
  readonly version: string;
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #families = new Map<string, Family>();
  readonly #process = new Registry();
  readonly #beforeRender: (() => void)[] = [];

  constructor({ version, commit }: Build) {
    this.version = version;
    this.gauge('sendium_build_info', { version, commit }).set(1);
  }

  /** The counter of this name and these labels: always the same one. */
  counter<N extends NameOf<'counter'>>(name: N, labels: LabelsOf<N>): CounterCell {
    return this.#cell(name, labels, () => new CounterCell());
  }

  /** The gauge of this name and these labels. */
  gauge<N extends NameOf<'gauge'>>(name: N, labels: LabelsOf<N>): GaugeCell {
    return this.#cell(name, labels, () => new GaugeCell());
  }

  /** The histogram of this name and these labels. */
  histogram<N extends NameOf<'histogram'>>(name: N, labels: LabelsOf<N>): HistogramCell {
    const { buckets } = catalogue[name];
    return this.#cell(name, labels, () => new HistogramCell(buckets));
  }

  /** Called before each reading, to set gauges that are only worth knowing when somebody looks. */
  beforeRender(update: () => void): void {
    this.#beforeRender.push(update);
  }

  /** Everything in Prometheus' text form. */
  async render(): Promise<string> {
    for (const update of this.#beforeRender) update();
    const own = [...this.#families.values()].map(renderFamily).join('');
    return own + (await this.#process.metrics());
  }

  /** CPU, memory, event loop delay, garbage collection of this process. */
  observeProcess(): void {
    collectDefaultMetrics({ register: this.#process, eventLoopMonitoringPrecision: 20 });
  }

  #cell<C extends Cell>(
    name: keyof Catalogue,
    labels: Readonly<Record<string, string>>,
    create: () => C,
  ): C {
    const spec: MetricSpec = catalogue[name];
    let family = this.#families.get(name);
    if (family === undefined) {
      family = { name, spec, cells: new Map() };
      this.#families.set(name, family);
    }
    const isFull = family.cells.size >= maxCells;
    const values = spec.labels.map((label) => labels[label] ?? '');
    const known = family.cells.get(values.join('\0'));
    if (known !== undefined) return known.cell as C;
    const kept = isFull ? spec.labels.map(() => 'overflow') : values;
    const overflow = family.cells.get(kept.join('\0'));
    if (overflow !== undefined) return overflow.cell as C;
    const cell = create();
    family.cells.set(kept.join('\0'), { values: kept, cell });
    return cell;
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
