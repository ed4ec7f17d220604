// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { isFinal, type Message, type MessageStatus } from '@sendium/message';
import type { MessageState, Transition } from './message-state.ts';

/**
 * The reports that a step from one state to the next makes due: the transitions that are new, as far as
 * the message asked to be told. Of a message that came by REST these are all of them unless it asked for
 * none: its endpoints choose. A report's identity is (message id, status): told again after a crash it is
 * the same report.
 *
 * @param previous undefined when nothing was known of the message before
 * @returns in the order in which the states were reached; nothing while the acceptance is not known
 */
export function reportsDue(
  previous: MessageState | undefined,
  next: MessageState,
): readonly Transition[] {
  const { message } = next;
  if (message === undefined || !asksForAny(message)) return [];
  // As long as the acceptance was not known nothing could be reported.
  const known = previous?.message === undefined ? [] : previous.transitions;
  const isKnown = ({ status }: Transition): boolean => known.some((step) => step.status === status);
  const hadEnded = known.some(({ status }) => isFinal(status) && status !== 'unknown');
  if (hadEnded) return [];
  return next.transitions.filter((step) => !isKnown(step) && isAskedFor(message, step.status));
}

/** registered_delivery (SMPP 5.0, 4.7.21): bits 1-0 ask for receipts, 0x10 for the intermediate one. */
const finalBits = { mask: 0x03, all: 1, failures: 2, successes: 3 } as const;
const intermediateBit = 0x10;

function asksForAny({ registeredDelivery, deliveryReport }: Message): boolean {
  if (registeredDelivery === undefined) return deliveryReport !== 'none';
  return (registeredDelivery & (finalBits.mask | intermediateBit)) !== 0;
}

function isAskedFor({ registeredDelivery }: Message, status: MessageStatus): boolean {
  return registeredDelivery === undefined || isRegistered(registeredDelivery, status);
}

function isRegistered(registeredDelivery: number, status: MessageStatus): boolean {
  if (!isFinal(status)) return status === 'sent' && (registeredDelivery & intermediateBit) !== 0;
  const asked = registeredDelivery & finalBits.mask;
  if (asked === finalBits.all) return true;
  // What nobody knows the end of did not succeed.
  return asked === (status === 'delivered' ? finalBits.successes : finalBits.failures);
}
