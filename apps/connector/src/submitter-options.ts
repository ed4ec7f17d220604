// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { DispatchItem } from '@sendium/contracts';
import type { DeliveryRules } from '@sendium/delivery';
import type { AttemptBook } from './attempt-book.ts';
import type { BindSlot } from './bind-slot.ts';
import type { Journal } from './journal.ts';
import type { SubmitMetrics } from './submit-metrics.ts';
import type { SubmitPlan } from './submit-plan.ts';
import type { SubmitterClock } from './submitter-clock.ts';
import type { SubmitTrace } from './trace-submits.ts';
import type { Valve } from './valve.ts';

/** What a submitter works with. */
export interface SubmitterOptions {
  readonly connector: string;
  readonly binds: readonly BindSlot[];
  readonly book: AttemptBook;
  readonly journal: Journal;
  readonly valve: Valve;
  readonly rules: DeliveryRules;
  readonly plan: (item: DispatchItem) => SubmitPlan;
  /** What submit_sm says of a message's validity. */
  readonly validityOf: (expiresAtMs: number, nowMs: number) => string;
  readonly clock: SubmitterClock;
  /** A random number from 0 up to 1. */
  readonly random: () => number;
  readonly metrics: SubmitMetrics;
  readonly trace?: SubmitTrace;
}
