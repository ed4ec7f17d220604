// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** The states of a message's life, as applications see them. */
export const messageStatuses = [
  'accepted',
  'scheduled',
  'queued',
  'sent',
  'delivered',
  'undelivered',
  'expired',
  'rejected',
  'unknown',
  'failed',
  'canceled',
] as const;

/** One of them. */
export type MessageStatus = (typeof messageStatuses)[number];

/**
 * How far along each state is. A message only ever moves to a higher rank; `unknown` is final for who
 * waits, yet a late receipt may still settle it, so it stands below the states that nothing changes.
 */
const ranks: Readonly<Record<MessageStatus, number>> = {
  accepted: 0,
  scheduled: 1,
  queued: 2,
  sent: 3,
  unknown: 4,
  delivered: 5,
  undelivered: 5,
  expired: 5,
  rejected: 5,
  failed: 5,
  canceled: 5,
};

/** The state's rank: a transition is one to a higher rank, anything else is no news. */
export function rankOf(status: MessageStatus): number {
  return ranks[status];
}

/** Whether the state is an end of the message's life. */
export function isFinal(status: MessageStatus): boolean {
  return ranks[status] >= ranks.unknown;
}
