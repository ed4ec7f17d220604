// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { catalogue, type MetricSpec } from './catalogue.ts';
import { createMetrics, Metrics } from './metrics.ts';

/** An independent reading of the text form: name and labels → value. */
function parse(text: string): ReadonlyMap<string, number> {
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const [, series, value] = /^([a-z_]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      expect(series).toBeDefined();
      return [series!, Number(value)];
    }),
  );
}

test('counts by name and labels, and gives the same cell for the same labels', async () => {
  const metrics = new Metrics({ version: '1.2.3', commit: 'abc' });
  metrics.counter('sendium_submit_total', { connector: 'sim', result: 'ok' }).inc();
  metrics.counter('sendium_submit_total', { result: 'ok', connector: 'sim' }).inc(2);
  metrics.counter('sendium_submit_total', { connector: 'sim', result: 'throttled' }).inc();
  metrics.gauge('sendium_smpp_window_in_flight', { connector: 'sim' }).set(7);
  metrics.gauge('sendium_smpp_window_in_flight', { connector: 'sim' }).dec(2);
  const samples = parse(await metrics.render());
  expect(samples.get('sendium_submit_total{connector="sim",result="ok"}')).toBe(3);
  expect(samples.get('sendium_submit_total{connector="sim",result="throttled"}')).toBe(1);
  expect(samples.get('sendium_smpp_window_in_flight{connector="sim"}')).toBe(5);
});

test('histograms are cumulative, bounds included, and agree with their count and sum', async () => {
  const metrics = new Metrics({ version: '1.2.3', commit: 'abc' });
  const cell = metrics.histogram('sendium_publish_batch_items', { stream: 'SUBMIT' });
  for (const size of [1, 2, 3, 64, 65]) cell.observe(size);
  const samples = parse(await metrics.render());
  const bucket = (le: string): number | undefined =>
    samples.get(`sendium_publish_batch_items_bucket{le="${le}",stream="SUBMIT"}`);
  expect(['1', '2', '4', '32', '64', '+Inf'].map(bucket)).toEqual([1, 2, 3, 3, 4, 5]);
  expect(samples.get('sendium_publish_batch_items_sum{stream="SUBMIT"}')).toBe(135);
  expect(samples.get('sendium_publish_batch_items_count{stream="SUBMIT"}')).toBe(5);
});

test('label values cannot break out of their quotes', async () => {
  const metrics = new Metrics({ version: '1.2.3', commit: 'abc' });
  metrics.counter('sendium_smpp_malformed_total', { reason: 'a"b\\c\nd' }).inc();
  expect(await metrics.render()).toContain('{reason="a\\"b\\\\c\\nd"} 1\n');
});

test('a flood of labels is counted together instead of growing for ever', async () => {
  const metrics = new Metrics({ version: '1.2.3', commit: 'abc' });
  for (let n = 0; n < 5000; n += 1) {
    metrics.counter('sendium_smpp_malformed_total', { reason: `r${n}` }).inc();
  }
  const samples = parse(await metrics.render());
  expect(samples.size).toBe(2002);
  expect(samples.get('sendium_smpp_malformed_total{reason="overflow"}')).toBe(3000);
});

test('gauges may be set at the moment of reading', async () => {
  const metrics = new Metrics({ version: '1.2.3', commit: 'abc' });
  metrics.beforeRender(() => metrics.gauge('sendium_dlq_messages', {}).set(4));
  expect(parse(await metrics.render()).get('sendium_dlq_messages')).toBe(4);
});

test('a service tells its build and the state of its process', async () => {
  const text = await createMetrics({ version: '1.2.3', commit: 'abc' }).render();
  expect(text).toContain('sendium_build_info{version="1.2.3",commit="abc"} 1\n');
  expect(text).toContain('process_cpu_seconds_total');
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  expect(text).toContain('nodejs_gc_duration_seconds');
});

test('the catalogue keeps to the rules of names and never labels by who or what was sent', () => {
  const specs: readonly (readonly [string, MetricSpec])[] = Object.entries(catalogue);
  for (const [name, { kind, labels, help }] of specs) {
    expect(name).toMatch(/^sendium_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(kind === 'counter');
    expect(help).toMatch(/\.$/);
    for (const label of labels) {
      expect(label).toMatch(/^[a-z_]+$/);
      expect(['id', 'message_id', 'to', 'from', 'number', 'text']).not.toContain(label);
      if (label === 'account') expect(name).toMatch(/^sendium_account_/);
    }
  }
});

test('a counter is there, at 0, from the moment that somebody means to count', async () => {
  const metrics = createMetrics();
  metrics.counter('sendium_submit_unknown_outcome_total', { connector: 'uk' });
  expect(await metrics.render()).toContain(
    'sendium_submit_unknown_outcome_total{connector="uk"} 0',
  );
});

test('accounts are told apart only where the operator has asked for that', async () => {
  const metrics = createMetrics();
  metrics.countAccountMessage('acme', 'accepted');
  expect(await metrics.render()).not.toContain('acme');
  metrics.configure({ byAccount: true });
  metrics.countAccountMessage('acme', 'accepted');
  metrics.countAccountReport('acme', 'webhook', 'delivered');
  const page = await metrics.render();
  expect(page).toContain('sendium_account_messages_total{account="acme",status="accepted"} 1');
  expect(page).toContain('sendium_account_reports_total{account="acme",way="webhook"');
});
