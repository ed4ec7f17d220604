// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { lanes, type Lane, type MessageId } from '@sendium/message';
import type { DeliverKind } from './reports.ts';

/** Kinds of event, the last token of `event.<group>.<kind>`. */
export const eventKinds = [
  'routed',
  'scheduled',
  'concluded',
  'outcome',
  'intent',
  'receipt',
  'received',
  'notified',
] as const;
export type EventKind = (typeof eventKinds)[number];

/**
 * Every subject on the bus. Names of accounts, connectors and groups are subject tokens
 * (`[A-Za-z0-9_-]{1,64}`); whoever lets a name in has checked it.
 */
export const subjects = {
  submit: (lane: Lane) => `submit.${lane}`,
  dispatch: (connector: string, lane: Lane) => `dispatch.${connector}.${lane}`,
  dispatchOf: (connector: string) => `dispatch.${connector}.*`,
  /** Where a message waits for its time; a second timer for the same id takes the place of the first. */
  later: (id: MessageId | string) => `later.${id}`,
  dueSubmit: (lane: Lane) => `due.submit.${lane}`,
  inbound: (connector: string) => `inbound.${connector}`,
  event: (group: string, kind: EventKind) => `event.${group}.${kind}`,
  eventsOf: (group: string) => `event.${group}.*`,
  deliver: (kind: DeliverKind, account: string) => `deliver.${kind}.${account}`,
  /** What comes again for the application. */
  dueDeliver: (kind: DeliverKind, account: string) => `due.${kind}.${account}`,
  dead: (origin: string) => `dead.${origin}`,
  /** A part of a long message, or who joins them; `group` is the digest of what they have in common. */
  part: (group: string, token: number | 'claim') => `part.${group}.${token}`,
  partsOf: (group: string) => `part.${group}.*`,
  /** Where the time to wait for the parts of a long message is over. */
  duePart: (direction: 'inbound' | 'outbound') => `due.part.${direction}`,
} as const;

/** The lane that a subject of SUBMIT, DISPATCH or LATER ends in. */
export function laneOfSubject(subject: string): Lane | undefined {
  const token = subject.slice(subject.lastIndexOf('.') + 1);
  return lanes.find((lane) => lane === token);
}
