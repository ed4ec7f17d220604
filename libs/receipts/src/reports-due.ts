// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { isFinal } from '@sendium/message';
import type { MessageState, Transition } from './message-state.ts';

/**
 * The reports that a step from one state to the next makes due: the transitions that are new, as far as
 * the message asked to be told. A report's identity is (message id, status): told again after a crash it
 * is the same report.
 *
 * @param previous undefined when nothing was known of the message before
 * @returns in the order in which the states were reached; nothing while the acceptance is not known
 */
export function reportsDue(
  previous: MessageState | undefined,
  next: MessageState,
): readonly Transition[] {
  const { message } = next;
  if (message === undefined || message.deliveryReport === 'none') return [];
  // As long as the acceptance was not known nothing could be reported.
  const known = previous?.message === undefined ? [] : previous.transitions;
  const isKnown = ({ status }: Transition): boolean => known.some((step) => step.status === status);
  const hadEnded = known.some(({ status }) => isFinal(status) && status !== 'unknown');
  if (hadEnded) return [];
  return next.transitions.filter(
    (step) => !isKnown(step) && (message.deliveryReport === 'all' || isFinal(step.status)),
  );
}
