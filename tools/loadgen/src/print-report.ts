// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { LoadReport } from './run-load.ts';
import type { VerifyReport } from './verify-ledger.ts';

const round = (value: number, digits = 0): string =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A load's result in lines for people. */
export function toLines(report: LoadReport): readonly string[] {
  const { latencyMs: ms } = report;
  const perMessage = (microseconds: number) =>
    report.accepted === 0 ? '-' : round(microseconds / report.accepted, 1);
  const trouble = [
    `refused ${round(report.refused)}`,
    `failed ${round(report.failed)}`,
    `in doubt ${round(report.inDoubt)}`,
    `never sent ${round(report.unsent)}`,
    `connections refused ${round(report.connectFailures)}`,
  ];
  return [
    `accepted ${round(report.accepted)} in ${round(report.seconds, 1)} s: ${round(report.acceptedPerSecond)} a second`,
    trouble.join(', '),
    `latency ms: p50 ${round(ms.p50, 2)}, p90 ${round(ms.p90, 2)}, p99 ${round(ms.p99, 2)}, p99.9 ${round(ms.p999, 2)}, max ${round(ms.max, 2)}`,
    ...report.processes.map(
      ({ name, pid, cpuMicroseconds, residentBytes }) =>
        `${name} (${pid}): ${perMessage(cpuMicroseconds)} us of CPU a message, ${round(residentBytes / 1e6)} MB`,
    ),
  ];
}

/** What a ledger came to, in lines for people. */
export function toVerifyLines(report: VerifyReport): readonly string[] {
  const statuses = Object.entries(report.statuses).map(([name, count]) => `${name} ${count}`);
  return [
    `accepted ${report.accepted}, submitted ${report.submitted}, final ${report.final}, lost ${report.lost}`,
    `duplicates ${report.duplicates} (of ${report.duplicateTokens} messages)`,
    `in doubt ${report.inDoubt} (submitted ${report.inDoubtSubmitted}), refused ${report.refused} (submitted ${report.refusedSubmitted})`,
    `states: ${statuses.join(', ')}`,
    ...report.findings.map(
      ({ token, id, status, submissions }) =>
        `  ${token} ${id}: ${status}, ${submissions} submissions`,
    ),
  ];
}
