// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { toBacklogText } from './backlog.ts';
import type { CaseResult } from './cases.ts';
import type { Idle, Shortfall } from './measure.ts';
import type { Summary } from './summary.ts';
import type { TracingCost } from './tracing-cost.ts';
import type { Row } from './table.ts';

/** Everything that was measured. */
export interface BenchResults {
  readonly oneEach: ReadonlyMap<number, CaseResult>;
  readonly hundredEach: CaseResult;
  /** OS sync. */
  readonly overSmpp: Summary;
  readonly steadyRate: CaseResult;
  readonly farCarrier: Summary;
  readonly tracing: TracingCost;
  /** Contender's name to what it used before any load. */
  readonly idle: ReadonlyMap<string, Idle>;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const ms = (value: number): string => value.toFixed(1);
const none = { peer: '', ratio: '' };

/** A throughput beside a peer's. Without the peer there is no ratio, and so no verdict. */
function rate(
  what: string,
  [ours, peer]: readonly [Summary | undefined, Summary | undefined],
  least: number | undefined,
): Row {
  const ratio = ours === undefined || peer === undefined ? NaN : ours.perSecond / peer.perSecond;
  const isKnown = Number.isFinite(ratio);
  return {
    what,
    measured: ours === undefined ? '-' : `${whole(ours.perSecond)}/s`,
    peer: peer === undefined ? '-' : `${whole(peer.perSecond)}/s`,
    ratio: isKnown ? ratio.toFixed(2) : '-',
    budget: least === undefined ? '' : `>= ${least.toFixed(1)} x`,
    isMet: isKnown && least !== undefined ? ratio >= least : undefined,
  };
}

function singles(connections: number, result: CaseResult): Row[] {
  const least = connections === 128 ? { memory: 1, spool: 2, fsync: 1.2 } : undefined;
  const what = `one per POST, ${connections} connections`;
  const [fsync, os] = [result.get('Sendium fsync'), result.get('Sendium OS sync')];
  const [spool, memory] = [result.get('Kannel spool'), result.get('Kannel memory')];
  return [
    rate(`${what}, OS sync : memory`, [os, memory], least?.memory),
    rate(`${what}, OS sync : spool`, [os, spool], least?.spool),
    rate(`${what}, fsync : spool`, [fsync, spool], least?.fsync),
  ];
}

function hundreds(result: CaseResult, peer: Summary | undefined): Row[] {
  const what = '100 per POST, 8 connections';
  return [
    rate(`${what}, OS sync : spool`, [result.get('Sendium OS sync'), peer], 3),
    rate(`${what}, fsync : spool`, [result.get('Sendium fsync'), peer], undefined),
  ];
}

function throughput(what: string, { perSecond }: Summary, least: number): Row {
  return {
    what,
    measured: `${whole(perSecond)}/s`,
    ...none,
    budget: `>= ${whole(least)}/s`,
    isMet: perSecond >= least,
  };
}

function latency(name: string, summary: Summary | undefined, most: readonly [number, number]): Row {
  const [p50, p99] = [summary?.p50 ?? NaN, summary?.p99 ?? NaN];
  return {
    what: `202 latency at 500/s, ${name}`,
    measured: `p50 ${ms(p50)} ms, p99 ${ms(p99)} ms`,
    ...none,
    budget: `p50 <= ${most[0]}, p99 <= ${most[1]}`,
    isMet: p50 <= most[0] && p99 <= most[1],
  };
}

function cpu(what: string, [ours, peer]: readonly (Summary | undefined)[], most: number): Row {
  const spent = ours?.cpuMicrosecondsPerMessage ?? NaN;
  return {
    what: `CPU per message, ${what}`,
    measured: `${whole(spent)} us`,
    peer: peer === undefined ? '' : `${whole(peer.cpuMicrosecondsPerMessage)} us`,
    ratio: peer === undefined ? '' : (spent / peer.cpuMicrosecondsPerMessage).toFixed(2),
    budget: `<= ${most} us`,
    isMet: spent <= most,
  };
}

/** What tracing costs. */
export function tracingRows({ off, on, again, spans }: TracingCost): Row[] {
  const mean = (of: (summary: Summary) => number): number => (of(off) + of(again)) / 2;
  const slower = 1 - on.perSecond / mean(({ perSecond }) => perSecond);
  const cpuOf = ({ cpuMicrosecondsPerMessage }: Summary): number => cpuMicrosecondsPerMessage;
  const dearer = cpuOf(on) / mean(cpuOf) - 1;
  const noise = Math.abs(1 - again.perSecond / off.perSecond);
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return [
    {
      what: `1 % traced (${whole(spans)} spans), throughput lost`,
      measured: percent(slower),
      ...none,
      budget: '< 3 %',
      // Where the same differs from the same by more than the budget, nothing can be said.
      isMet: noise < 0.03 ? slower < 0.03 : undefined,
    },
    {
      what: 'nothing traced beside nothing traced: what this machine cannot tell',
      measured: percent(noise),
      ...none,
      budget: '',
      isMet: undefined,
    },
    {
      what: '1 % traced, more CPU per message',
      measured: percent(dearer),
      ...none,
      budget: '',
      isMet: undefined,
    },
  ];
}

function memory(idle: ReadonlyMap<string, Idle>): Row {
  const megabytes = (name: string) => {
    const used = idle.get(name)?.residentBytes;
    return used === undefined ? NaN : Object.values(used).reduce((a, b) => a + b, 0) / 1e6;
  };
  const peer = megabytes('Kannel spool');
  const ours = megabytes('Sendium fsync');
  return {
    what: 'memory, all services idle',
    measured: `${whole(ours)} MB`,
    peer: Number.isNaN(peer) ? '-' : `${whole(peer)} MB`,
    ratio: '',
    budget: '<= 500 MB',
    isMet: ours <= 500,
  };
}

/** The table's rows, in the order of the budgets in docs/architecture.md. */
export function toRows(results: BenchResults): Row[] {
  const busiest = results.oneEach.get(128);
  const spool = busiest?.get('Kannel spool');
  const { hundredEach, overSmpp, steadyRate, farCarrier } = results;
  return [
    ...[...results.oneEach].flatMap(([connections, result]) => singles(connections, result)),
    ...hundreds(hundredEach, spool),
    throughput('SMPP in, SMPP out: 4 binds, window 100, OS sync', overSmpp, 10_000),
    throughput('carrier 40 ms away, 1 bind, window 100, fsync', farCarrier, 2_000),
    latency('OS sync', steadyRate.get('Sendium OS sync'), [3, 25]),
    latency('fsync', steadyRate.get('Sendium fsync'), [8, 60]),
    cpu('one per POST, OS sync', [busiest?.get('Sendium OS sync'), spool], 200),
    cpu('one per POST, fsync', [busiest?.get('Sendium fsync'), spool], 200),
    cpu('100 per POST, OS sync', [hundredEach.get('Sendium OS sync')], 80),
    cpu('100 per POST, fsync', [hundredEach.get('Sendium fsync')], 80),
    {
      what: 'CPU per message, SMPP in, SMPP out, OS sync',
      measured: `${whole(overSmpp.cpuMicrosecondsPerMessage)} us`,
      ...none,
      budget: '',
      isMet: undefined,
    },
    ...tracingRows(results.tracing),
    memory(results.idle),
  ];
}

/** What each contender uses while idle, in lines. */
export function toIdleLines(idle: BenchResults['idle']): string[] {
  return [...idle].map(([name, { residentBytes, cpuShare }]) => {
    const parts = Object.entries(residentBytes).map(([p, bytes]) => `${p} ${whole(bytes / 1e6)}`);
    return `idle, ${name}: MB: ${parts.join(', ')}; ${(cpuShare * 100).toFixed(1)} % of a core`;
  });
}

/** Stalled: nothing moves. Still moving: it is only slow. */
function toShortfallText({ missing, isStalled, backlogs }: Shortfall): string {
  const where = backlogs.length === 0 ? '' : `, waiting in ${toBacklogText(backlogs)}`;
  return `${missing} ${isStalled ? 'stalled' : 'still moving'}${where}`;
}

function toTrouble({ missing, refused, shortfalls }: Summary): string {
  if (missing + refused === 0) return '';
  const rounds = shortfalls.map(toShortfallText).join('; ');
  const what = rounds === '' ? '' : ` (${rounds})`;
  return `; NOT SUBMITTED ${missing}${what}, NOT ACCEPTED ${refused}`;
}

/** CPU time of each process under load, and what went wrong, in lines. */
export function toDetails(results: BenchResults): string[] {
  const cases: [string, CaseResult][] = [
    ...[...results.oneEach].map(([n, result]): [string, CaseResult] => [`one each, ${n}`, result]),
    ['100 each', results.hundredEach],
    ['SMPP in', new Map([['Sendium OS sync', results.overSmpp]])],
    ['500/s', results.steadyRate],
    ['40 ms away', new Map([['Sendium fsync', results.farCarrier]])],
  ];
  return cases.flatMap(([what, result]) =>
    [...result].map(([name, summary]) => {
      const parts = Object.entries(summary.cpuByProcess).map(([p, us]) => `${p} ${whole(us)}`);
      return `${what}, ${name}: us a message: ${parts.join(', ')}${toTrouble(summary)}`;
    }),
  );
}
