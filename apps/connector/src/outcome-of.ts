// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Outcome, OutcomeResult } from '@sendium/contracts';
import type { Decision } from '@sendium/delivery';
import type { RejectionCode } from '@sendium/message';
import type { Answer } from '@sendium/smpp-link';
import type { Attempt } from './attempt.ts';

/** How a part of an attempt ended. */
export interface PartEnd {
  readonly result: OutcomeResult;
  readonly code?: RejectionCode;
  readonly dueAtMs?: number;
  readonly answer?: Answer<'submit_sm'>;
}

/** Which part, and when and where that was. */
export interface EndedPart extends PartEnd {
  readonly part: number;
  readonly connector: string;
  readonly atMs: number;
}

/** The event that says so. */
export function outcomeOf({ item, plan }: Attempt, ended: EndedPart): Outcome {
  const { result, code, dueAtMs = 0, answer, part, connector, atMs } = ended;
  return {
    kind: 'outcome',
    ...{
      atMs,
      messageId: item.message.id,
      attempt: item.attempt,
      part,
      connector,
      result,
      dueAtMs,
    },
    parts: plan?.templates.length ?? 1,
    commandStatus: statusOf(answer),
    carrierMessageId:
      result === 'submitted' && answer?.kind === 'answered' ? answer.pdu.messageId : '',
    destination: item.message.to.value,
    ...(code === undefined ? {} : { code }),
    ...(plan === undefined ? {} : { encoding: plan.encoding }),
    receiptExpected: plan?.isReceiptExpected ?? false,
  };
}

function statusOf(answer: PartEnd['answer']): number {
  return answer?.kind === 'answered' || answer?.kind === 'nacked' ? answer.status : 0;
}

/** The end that a decision means; those that keep the part in hand are none. */
export function endOf(
  decision: Exclude<Decision, { readonly kind: 'resend' | 'throttled' }>,
  answer: Answer<'submit_sm'>,
): PartEnd {
  return {
    result: decision.kind,
    answer,
    ...('code' in decision ? { code: decision.code } : {}),
    ...('dueAtMs' in decision ? { dueAtMs: decision.dueAtMs } : {}),
  };
}
