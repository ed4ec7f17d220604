// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { isIntermediate, type ReceiptFact } from '@sendium/receipts';
import { attributes, noTracing, steps, type Tracing } from '@sendium/telemetry';
import { newReceipts, type Step } from './ledger.ts';

/** Records receipts in the traces of the messages that they were found to be about. */
export function traceReceipts(tracing: Tracing = noTracing): (taken: readonly Step[]) => void {
  if (!tracing.isOn) return () => undefined;
  return (taken) => {
    for (const step of taken) {
      for (const receipt of newReceipts(step)) traceReceipt(tracing, step, receipt);
    }
  };
}

function traceReceipt(tracing: Tracing, { messageId, next }: Step, receipt: ReceiptFact): void {
  const { attempt, part, state, connector, atMs } = receipt;
  const isFailure = state !== 'delivered' && !isIntermediate(state);
  const trace = tracing.message(messageId, isFailure);
  trace?.record({
    step: steps.receipt(attempt, part, state),
    parent: steps.submit(attempt, part),
    kind: 'server',
    startMs: atMs,
    attributes: {
      [attributes.smppCommand]: 'deliver_sm',
      [attributes.smppReceiptError]: errorOf(receipt),
      [attributes.connector]: connector,
      [attributes.account]: next.message?.account,
      [attributes.attempt]: attempt,
      [attributes.part]: part,
      [attributes.status]: state,
    },
    error: isFailure ? state : undefined,
  });
}

/** err of the receipt has three characters; what is longer is none. */
function errorOf({ error }: ReceiptFact): string | undefined {
  return /^[0-9A-Za-z]{1,3}$/.test(error) ? error : undefined;
}
