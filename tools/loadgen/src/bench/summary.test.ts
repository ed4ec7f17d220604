// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import type { LoadReport } from '../run-load.ts';
import type { Measurement } from './measure.ts';
import { toDetails, toIdleLines, toRows } from './rows.ts';
import type { BenchResults } from './rows.ts';
import type { Summary } from './summary.ts';
import { summarise } from './summary.ts';
import { toTable } from './table.ts';

const load: LoadReport = {
  accepted: 100,
  refused: 0,
  failed: 0,
  inDoubt: 0,
  unsent: 0,
  requests: 100,
  statuses: { 202: 100 },
  seconds: 1,
  acceptedPerSecond: 100,
  latencyMs: { mean: 2, p50: 2, p90: 3, p99: 4, p999: 5, max: 6 },
  connectFailures: 0,
  processes: [],
  tokenPrefix: undefined,
};
const round: Measurement = {
  submitted: 100,
  seconds: 1,
  cpuMicroseconds: 10_000,
  cpuByProcess: { router: 10_000 },
  load,
  shortfall: undefined,
};

test('rounds are summed up as totals over totals', () => {
  const slow = { ...round, submitted: 300, seconds: 9, cpuMicroseconds: 50_000 };
  expect(summarise([round, slow])).toMatchObject({
    perSecond: 40,
    cpuMicrosecondsPerMessage: 150,
    cpuByProcess: { router: 50 },
    p50: 2,
    p99: 4,
  });
});

test('what was not accepted or did not reach the carrier is told', () => {
  const bad = { ...round, submitted: 90, load: { ...load, refused: 3, unsent: 2 } };
  expect(summarise([round, bad])).toMatchObject({ missing: 10, refused: 5 });
});

const summary = (perSecond: number): Summary => ({
  ...summarise([round]),
  perSecond,
  cpuMicrosecondsPerMessage: 190,
});
const results = (peers: boolean): BenchResults => {
  const ours: [string, Summary][] = [
    ['Sendium OS sync', summary(9_000)],
    ['Sendium fsync', summary(5_000)],
  ];
  const kannel: [string, Summary][] = [
    ['Kannel spool', summary(4_000)],
    ['Kannel memory', summary(10_000)],
  ];
  return {
    oneEach: new Map([[128, new Map(peers ? [...ours, ...kannel] : ours)]]),
    hundredEach: new Map(ours),
    overSmpp: summary(10_000),
    steadyRate: new Map(ours),
    farCarrier: summary(2_200),
    tracing: { off: summary(1_000), on: summary(960), again: summary(1_000), spans: 240 },
    idle: new Map([
      ['Sendium fsync', { residentBytes: { router: 150e6, connector: 250e6 }, cpuShare: 0.01 }],
    ]),
  };
};

test('a budget that is a ratio is met or missed beside the peer of the same run', () => {
  const verdicts = toRows(results(true)).map(({ what, ratio, isMet }) => [what, ratio, isMet]);
  expect(verdicts.slice(0, 4)).toEqual([
    ['one per POST, 128 connections, OS sync : memory', '0.90', false],
    ['one per POST, 128 connections, OS sync : spool', '2.25', true],
    ['one per POST, 128 connections, fsync : spool', '1.25', true],
    ['100 per POST, 8 connections, OS sync : spool', '2.25', false],
  ]);
});

test('without the peer there is no ratio and no verdict', () => {
  const [first] = toRows(results(false));
  expect(first).toMatchObject({ measured: '9,000/s', peer: '-', ratio: '-', isMet: undefined });
});

test('budgets that are absolute are judged by themselves', () => {
  const byCase = new Map(toRows(results(true)).map((row) => [row.what, row.isMet]));
  expect(byCase.get('carrier 40 ms away, 1 bind, window 100, fsync')).toBe(true);
  expect(byCase.get('SMPP in, SMPP out: 4 binds, window 100, OS sync')).toBe(true);
  expect(byCase.get('CPU per message, one per POST, OS sync')).toBe(true);
  expect(byCase.get('CPU per message, 100 per POST, OS sync')).toBe(false);
  expect(byCase.get('memory, all services idle')).toBe(true);
});

test('more than three in a hundred is too much for traces', () => {
  const row = toRows(results(true)).find(({ what }) => what.includes('throughput lost'));
  expect(row).toMatchObject({ measured: '4.0 %', budget: '< 3 %', isMet: false });
  const { tracing, ...others } = results(true);
  const noisy = toRows({ ...others, tracing: { ...tracing, again: summary(900) } });
  expect(noisy.find(({ what }) => what.includes('throughput lost'))?.isMet).toBeUndefined();
});

test('what is used while idle is told by process', () => {
  expect(toIdleLines(results(true).idle)).toEqual([
    'idle, Sendium fsync: MB: router 150, connector 250; 1.0 % of a core',
  ]);
});

test('messages that stay away are told with where they wait, and whether they still move', () => {
  const backlogs = [
    { stream: 'SUBMIT', stored: 0, unread: 0, inHand: 0 },
    { stream: 'DISPATCH', stored: 12, unread: 4, inHand: 8 },
  ];
  const short = (isStalled: boolean): Measurement => ({
    ...round,
    submitted: 90,
    shortfall: { missing: 10, isStalled, backlogs },
  });
  const told = summarise([round, short(true), short(false)]);
  const line = toDetails({ ...results(false), overSmpp: told }).find((each) =>
    each.startsWith('SMPP in'),
  );
  const where = 'waiting in SUBMIT 0, DISPATCH 12 (4 unread, 8 in hand) batches';
  expect(line).toContain(
    `NOT SUBMITTED 20 (10 stalled, ${where}; 10 still moving, ${where}), NOT ACCEPTED 0`,
  );
});

test('the table is aligned Markdown', () => {
  const lines = toTable(toRows(results(true))).split('\n');
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  expect(lines[1]).toMatch(/^\|(-+\|)+$/);
});
