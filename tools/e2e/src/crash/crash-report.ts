// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { VerifyReport } from '@sendium/loadgen';
import { carrier } from './crash-stack.ts';
import type { KillCounts } from './kill-all.ts';
import type { CustomerReport } from './smpp-customer.ts';
import type { ToldCounts } from './webhook-book.ts';

/** What the application was told of the messages that it sent by REST. */
export interface WebhookReport extends ToldCounts {
  /** Messages answered 202 that have come to their end. */
  readonly due: number;
  /** Calls whose signature did not hold. */
  readonly unsigned: number;
  /** Repetitions that said something else under the same id. */
  readonly differing: number;
}

/** What became of SMS from mobiles. */
export interface InboundReport {
  readonly sent: number;
  /** One deliver_sm each; the carrier sends it until it is answered ROK. */
  readonly parts: number;
  /** deliver_sm answered ROK. */
  readonly acked: number;
  readonly byWebhook: ToldCounts;
  readonly bySmpp: ToldCounts;
}

/** What was found after a phase. */
export interface Found extends VerifyReport {
  readonly phase: string;
  readonly kills: KillCounts;
  readonly smpp: CustomerReport;
  readonly webhooks: WebhookReport;
  readonly inbound: InboundReport;
}

/** What one phase came to. */
export interface PhaseReport extends Found {
  readonly mayDuplicate: number;
  /** What is wrong, in sentences; empty when the promises held. */
  readonly broken: readonly string[];
}

/** Holds what was found against what is promised. */
export function judge(found: Found): PhaseReport {
  const mayDuplicate = (found.kills.connector ?? 0) * carrier.binds * carrier.windowSize;
  const broken = [
    ...brokenOutbound(found, mayDuplicate),
    ...brokenReceipts(found.smpp),
    ...brokenWebhooks(found.webhooks),
    ...brokenInbound(found.inbound),
  ];
  return { ...found, mayDuplicate, broken };
}

type Sentences = readonly string[];
const when = (isBroken: boolean, sentence: string): Sentences => (isBroken ? [sentence] : []);

function brokenOutbound(found: Found, mayDuplicate: number): Sentences {
  const { accepted, lost, final, duplicates } = found;
  return [
    ...when(accepted === 0, 'nothing was accepted: the run says nothing'),
    ...when(lost > 0, `${lost} accepted messages are lost`),
    ...when(final < accepted, `${accepted - final} have no final state`),
    ...when(
      duplicates > mayDuplicate,
      `${duplicates} duplicates, at most ${mayDuplicate} are unavoidable`,
    ),
  ];
}

function brokenReceipts({ accepted, receipted }: CustomerReport): Sentences {
  return [
    ...when(accepted === 0, 'nothing was accepted by SMPP: the run says nothing of it'),
    ...when(receipted < accepted, `${accepted - receipted} messages answered ROK have no receipt`),
  ];
}

function brokenWebhooks({ due, told, unsigned, differing }: WebhookReport): Sentences {
  return [
    ...when(told < due, `${due - told} messages have come to their end, and no webhook told it`),
    ...when(unsigned > 0, `${unsigned} webhooks had a signature that does not hold`),
    ...when(differing > 0, `${differing} webhooks said something else under the same id`),
  ];
}

function brokenInbound({ sent, parts, acked, byWebhook, bySmpp }: InboundReport): Sentences {
  return [
    ...when(sent === 0, 'no mobile sent anything: the run says nothing of it'),
    ...when(acked < parts, `${parts - acked} deliver_sm of mobiles were never answered ROK`),
    ...when(
      byWebhook.told < sent,
      `${sent - byWebhook.told} SMS of mobiles reached no webhook whole`,
    ),
    ...when(
      bySmpp.told < parts,
      `${parts - bySmpp.told} deliver_sm of mobiles reached no SMPP client`,
    ),
  ];
}

/** The phase in a few lines. */
export function summary(report: PhaseReport): string {
  const { smpp, webhooks, inbound, mayDuplicate } = report;
  const kills = Object.entries(report.kills).map(([name, count]) => `${name} ${count}`);
  const { accepted, submitted, final, lost, duplicates, inDoubt, refused } = report;
  const { byWebhook, bySmpp } = inbound;
  return [
    `  killed: ${kills.join(', ')}`,
    `  accepted ${accepted}, submitted ${submitted}, final ${final}, lost ${lost}`,
    `  duplicates ${duplicates} (unavoidable: up to ${mayDuplicate}), in doubt ${inDoubt}, refused ${refused}`,
    `  by SMPP: accepted ${smpp.accepted}, receipted ${smpp.receipted} (${smpp.doubled} again), in doubt ${smpp.inDoubt}, refused ${smpp.refused}, binds ${smpp.binds}`,
    `  webhooks: due ${webhooks.due}, told ${webhooks.told} (${webhooks.again} again), unlike under one id ${webhooks.differing}, signature fails ${webhooks.unsigned}`,
    `  inbound: sent ${inbound.sent} in ${inbound.parts} parts, answered ROK ${inbound.acked}, by webhook ${byWebhook.told} (${byWebhook.again} again), by SMPP ${bySmpp.told} (${bySmpp.again} again)`,
    ...report.broken.map((sentence) => `  BROKEN: ${sentence}`),
  ].join('\n');
}
