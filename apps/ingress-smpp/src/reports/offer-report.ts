// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Report } from '@sendium/contracts';
import type { Answer } from '@sendium/smpp-link';
import { receiptPdu } from './receipt-pdu.ts';
import type { ReceivingBind } from './receiving-binds.ts';
import type { ReportMetrics } from './report-metrics.ts';
import { verdictOn, type ReportVerdict } from './report-verdict.ts';

/** Gives the report to the client and waits for its answer, for as long as the account has agreed. */
export async function offerReport(
  report: Report,
  bind: ReceivingBind,
  metrics: Pick<ReportMetrics, 'offered' | 'answered'>,
): Promise<ReportVerdict> {
  const { receipts } = bind.smpp;
  metrics.offered();
  const asked = bind.session.request(receiptPdu(report, receipts));
  const answer = await within(receipts.responseMs, asked);
  if (answer.kind === 'answered' || answer.kind === 'nacked') metrics.answered();
  return verdictOn(answer);
}

/** The session's own response timer is one for all accounts, and may be longer. */
function within(ms: number, asked: Promise<Answer<'deliver_sm'>>): Promise<Answer<'deliver_sm'>> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: 'timeout' }), ms);
    void asked.then((answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}
