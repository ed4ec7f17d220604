// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { workspaceRoot } from '@sendium/testkit';
import { catalogue, type MetricSpec } from './catalogue.ts';
import { referredBy } from './promql.fixture.ts';

const folder = join(workspaceRoot, 'deploy', 'observability');
const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
const rules = read('alerts.yaml');

/** The value of a key in a YAML file that we write ourselves: on its line, or the block below. */
function valuesOf(yaml: string, key: string): string[] {
  const lines = yaml.split('\n');
  return lines.flatMap((line, at) => {
    const found = new RegExp(`^(\\s*)(?:- )?${key}: (.*)$`).exec(line);
    if (found === null) return [];
    const [, indent = '', value = ''] = found;
    if (!/^[|>]-?$/.test(value)) return [value];
    const block = lines.slice(at + 1);
    const end = block.findIndex((each) => each.trim() !== '' && !each.startsWith(`${indent}  `));
    return [block.slice(0, end < 0 ? undefined : end).join('\n')];
  });
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}
const dashboards = readdirSync(join(folder, 'dashboards')).map((name) => ({
  name,
  json: JSON.parse(read('dashboards', name)) as {
    readonly uid: string;
    readonly panels: readonly Panel[];
    readonly templating: { readonly list: readonly { readonly definition?: string }[] };
  },
}));

const alerts = valuesOf(rules, 'alert');
const ofRules = valuesOf(rules, 'expr').map((expr) => ({ where: 'alerts.yaml', expr }));
const ofDashboards = dashboards.flatMap(({ name, json }) => [
  ...json.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ where: `${name}: ${title}`, expr })),
  ),
  ...json.templating.list.flatMap(({ definition }) => {
    const [, query] = /^label_values\((.*),[^,]*\)$/.exec(definition ?? '') ?? [];
    return query === undefined ? [] : [{ where: `${name}: variables`, expr: query }];
  }),
]);

/** Prometheus' own, and those of prom-client's default metrics that we use. */
const others: Readonly<Record<string, readonly string[]>> = {
  up: [],
  nodejs_eventloop_lag_p99_seconds: [],
  nodejs_gc_duration_seconds_sum: ['kind'],
  process_cpu_seconds_total: [],
  process_open_fds: [],
  process_resident_memory_bytes: [],
};
/** Given by whoever scrapes. */
const ofScraping = ['job', 'instance', 'service'];

function labelsOf(name: string): readonly string[] | undefined {
  if (others[name] !== undefined) return others[name];
  const specs: Readonly<Record<string, MetricSpec>> = catalogue;
  const plain = specs[name];
  if (plain !== undefined) return plain.kind === 'histogram' ? undefined : plain.labels;
  const [, base = ''] = /^(.*)_(?:bucket|sum|count)$/.exec(name) ?? [];
  const histogram = specs[base];
  return histogram?.kind === 'histogram' ? [...histogram.labels, 'le'] : undefined;
}

test('every metric and label of the alerts and dashboards is one that we have', () => {
  expect(ofRules.length).toBe(alerts.length);
  expect(ofDashboards.length).toBeGreaterThan(60);
  for (const { where, expr } of [...ofRules, ...ofDashboards]) {
    const { metrics, grouping } = referredBy(expr);
    expect({ where, expr, metrics: metrics.length }).not.toMatchObject({ metrics: 0 });
    const known = new Set(ofScraping);
    for (const { name, labels } of metrics) {
      const allowed = labelsOf(name);
      if (allowed === undefined) throw new Error(`${where}: there is no metric ${name}`);
      for (const label of allowed) known.add(label);
      const unknown = labels.find((label) => ![...allowed, ...ofScraping].includes(label));
      if (unknown !== undefined) throw new Error(`${where}: ${name} has no label ${unknown}`);
    }
    for (const label of grouping) {
      if (!known.has(label)) throw new Error(`${where}: nothing there has a label ${label}`);
    }
  }
});

test('the reader of expressions finds metrics, selectors and grouping', () => {
  expect(
    referredBy(
      'sum by (le, route) (rate(a_bucket{x="b{c}",y=~"d"}[5m])) / on (z) max(e offset 1h)',
    ),
  ).toEqual({
    metrics: [
      { name: 'a_bucket', labels: ['x', 'y'] },
      { name: 'e', labels: [] },
    ],
    grouping: ['le', 'route', 'z'],
  });
});

test('every alert has its place in the runbook and its test', () => {
  const runbook = readFileSync(join(workspaceRoot, 'docs', 'operations.md'), 'utf8');
  const tests = read('alerts.test.yaml');
  expect(alerts.length).toBeGreaterThan(25);
  expect(new Set(alerts).size).toBe(alerts.length);
  for (const alert of alerts) {
    expect(runbook).toContain(`\n### ${alert}\n`);
    expect(rules).toContain(`runbook: docs/operations.md#${alert.toLowerCase()}\n`);
    expect(tests).toContain(`name: ${alert} fires\n`);
  }
  for (const [, named = ''] of runbook.matchAll(/^### (Sendium\w+)$/gm)) {
    expect(alerts).toContain(named);
  }
});

test('every dashboard has its own id, and looks only at data sources that one may choose', () => {
  expect(dashboards.map(({ name }) => name).sort()).toEqual([
    'account.json',
    'carrier.json',
    'overview.json',
    'system.json',
  ]);
  expect(new Set(dashboards.map(({ json }) => json.uid)).size).toBe(4);
  for (const { json } of dashboards) {
    expect(JSON.stringify(json)).not.toMatch(/"uid":"(?!sendium-|\$\{datasource\})/);
  }
});

const hasPromtool = ((): boolean => {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
if (!hasPromtool) console.log('skipped: the unit tests of the alerts need promtool (Prometheus)');

(hasPromtool ? test : test.skip)('the alerts are valid, and fire when they shall', () => {
  const promtool = (...args: string[]) =>
    execFileSync('promtool', args, { cwd: folder, encoding: 'utf8', timeout: 25_000 });
  expect(promtool('check', 'config', 'prometheus.yaml')).toContain('SUCCESS');
  expect(promtool('test', 'rules', 'alerts.test.yaml')).toContain('SUCCESS');
});
