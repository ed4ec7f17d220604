// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * The crash test: steady traffic, everything killed at random, then the ledger. What counts is what was
 * answered 202 and what the carrier saw, not what any log says:
 *
 * 1. lost = 0: every 202 reached the carrier and ended in a final state.
 * 2. Duplicates from any kill but a connector's: none.
 * 3. Duplicates from kills of connectors: at most one window per bind and kill.
 * 4. Every ESME_ROK of submit_sm ended in a receipt at the SMPP client; the same receipt again is allowed.
 */
import { join } from 'node:path';
import { runLoad, verifyLedger, type VerifyReport } from '@sendium/loadgen';
import type { Stack } from '@sendium/stack';
import { planCrashes, seededRandom, shuffled, type CrashPhase } from './crash-plan.ts';
import { carrier, customer, startCrashStack } from './crash-stack.ts';
import { killAll, type KillCounts } from './kill-all.ts';
import { SmppCustomer, type CustomerReport } from './smpp-customer.ts';

export interface CrashOptions {
  readonly kills: number;
  /** The same seed kills in the same order after the same pauses. */
  readonly seed: number;
  /** By REST, and half as many by SMPP. */
  readonly messagesPerSecond: number;
  readonly stateDir: string;
  readonly log?: (line: string) => void;
}

/** What one phase came to. */
export interface PhaseReport extends VerifyReport {
  readonly phase: string;
  readonly kills: KillCounts;
  readonly mayDuplicate: number;
  readonly smpp: CustomerReport;
  /** What is wrong, in sentences; empty when the promises held. */
  readonly broken: readonly string[];
}

/** Runs all phases on one stack. */
export async function runCrashes(options: CrashOptions): Promise<readonly PhaseReport[]> {
  const random = seededRandom(options.seed);
  const reports: PhaseReport[] = [];
  await using stack = await startCrashStack(options.stateDir);
  for (const phase of planCrashes(options.kills)) {
    if (phase.victims.length === 0) continue;
    options.log?.(`${phase.name}: ${phase.victims.length} kills`);
    const victims = shuffled(phase.victims, random);
    const report = await runPhase(stack, { ...phase, victims }, random, options);
    reports.push(report);
    options.log?.(summary(report));
  }
  return reports;
}

async function runPhase(
  stack: Stack,
  phase: CrashPhase,
  random: () => number,
  options: CrashOptions,
): Promise<PhaseReport> {
  const ledger = join(options.stateDir, `ledger-${phase.name.replaceAll(/\W+/g, '-')}.txt`);
  const gateway = { url: stack.urls.rest, key: stack.key ?? '' };
  const over = new AbortController();
  const load = runLoad({
    ...gateway,
    ...{ ledger, ratePerSecond: options.messagesPerSecond, connections: 16, seconds: 3600 },
    ...{ timeoutMs: 10_000, signal: over.signal },
  });
  using client = new SmppCustomer({
    ...{ port: stack.ports.smpp, ...customer },
    messagesPerSecond: options.messagesPerSecond / 2,
  });
  let kills: KillCounts;
  try {
    kills = await killAll(stack, phase, random);
  } finally {
    over.abort();
    client.stopSubmitting();
    await load;
  }
  const simulatorUrl = stack.urls.simulator_control ?? '';
  const found = await verifyLedger({ ...gateway, ledger, simulatorUrl, waitSeconds: 120 });
  const smpp = await client.untilReceipted(120_000);
  return judge({ ...found, phase: phase.name, kills, smpp });
}

function judge(found: VerifyReport & Pick<PhaseReport, 'phase' | 'kills' | 'smpp'>): PhaseReport {
  const { kills, smpp } = found;
  const mayDuplicate = (kills.connector ?? 0) * carrier.binds * carrier.windowSize;
  const broken = [
    ...(found.accepted === 0 ? ['nothing was accepted: the run says nothing'] : []),
    ...(found.lost > 0 ? [`${found.lost} accepted messages are lost`] : []),
    ...(found.final < found.accepted
      ? [`${found.accepted - found.final} have no final state`]
      : []),
    ...(found.duplicates > mayDuplicate
      ? [`${found.duplicates} duplicates, at most ${mayDuplicate} are unavoidable`]
      : []),
    ...(smpp.accepted === 0 ? ['nothing was accepted by SMPP: the run says nothing of it'] : []),
    ...(smpp.receipted < smpp.accepted
      ? [`${smpp.accepted - smpp.receipted} messages answered ROK have no receipt`]
      : []),
  ];
  return { ...found, mayDuplicate, broken };
}

function summary(report: PhaseReport): string {
  const kills = Object.entries(report.kills).map(([name, count]) => `${name} ${count}`);
  const { accepted, submitted, final, lost, duplicates, mayDuplicate, inDoubt, refused, smpp } =
    report;
  return [
    `  killed: ${kills.join(', ')}`,
    `  accepted ${accepted}, submitted ${submitted}, final ${final}, lost ${lost}`,
    `  duplicates ${duplicates} (unavoidable: up to ${mayDuplicate}), in doubt ${inDoubt}, refused ${refused}`,
    `  by SMPP: accepted ${smpp.accepted}, receipted ${smpp.receipted} (${smpp.doubled} again), in doubt ${smpp.inDoubt}, refused ${smpp.refused}, binds ${smpp.binds}`,
    ...report.broken.map((sentence) => `  BROKEN: ${sentence}`),
  ].join('\n');
}
