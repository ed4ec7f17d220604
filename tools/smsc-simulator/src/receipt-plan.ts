// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Item, Receiver } from './outbox.ts';
import { isAskedFor, toReceipt } from './receipt.ts';
import type { Settings } from './settings.ts';
import type { Submission } from './submission.ts';
import type { Verdicts } from './verdicts.ts';

/** The receipts an accepted submission is to have. */
export interface ReceiptPlan {
  /** One, or the same twice; none when it gets lost. */
  readonly items: readonly Item[];
  readonly isLost: boolean;
  /** To be sent before the submit_sm_resp. */
  readonly isEarly: boolean;
  /** How long after the submit_sm_resp, when it is not early. */
  readonly waitMs: number;
}

/** Decides the receipts of a submission that `origin` brought; undefined when it gets none. */
export function planReceipt(
  submission: Submission,
  origin: Receiver,
  carrier: { settings: Settings; verdicts: Verdicts; messageId: string },
): ReceiptPlan | undefined {
  const { settings, verdicts, messageId } = carrier;
  if (settings.receipts === 'none') return undefined;
  const stat = verdicts.stat(settings);
  if (settings.receipts === 'asked' && !isAskedFor(submission.registeredDelivery, stat))
    return undefined;
  const isLost = verdicts.chance(settings.receiptLostShare);
  const isEarly = verdicts.chance(settings.receiptEarlyShare);
  const isDoubled = verdicts.chance(settings.receiptDoubledShare);
  const jitterMs = settings.receiptJitterMs;
  const waitMs = settings.receiptDelayMs + (jitterMs > 0 ? verdicts.random() * jitterMs : 0);
  // Not the submission itself: its octets may be a view that keeps a whole network read alive.
  const { source, destination } = submission;
  const facts = { source, destination, messageId, stat, submittedAt: Date.now() };
  const item = (): Item => ({
    kind: 'receipt',
    systemId: origin.systemId,
    origin,
    make: () => toReceipt({ ...facts, doneAt: Date.now() }, settings.receiptForm),
  });
  const items = isLost ? [] : isDoubled ? [item(), item()] : [item()];
  return { items, isLost, isEarly, waitMs };
}
