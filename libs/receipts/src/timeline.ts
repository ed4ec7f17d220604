// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Fact, OutcomeFact } from './fact.ts';
import { factKey } from './fact.ts';
import type { Facts } from './facts.ts';

/** The kinds of entry that a timeline has. */
export type TimelineEntryType =
  | 'accepted'
  | 'scheduled'
  | 'routed'
  | 'submitted'
  | 'receipt'
  | 'retry'
  | 'failed'
  | 'canceled'
  | 'notified';

/** One line of a message's timeline; fields as they apply. */
export interface TimelineEntry {
  readonly type: TimelineEntryType;
  readonly atMs: number;
  readonly connector?: string;
  readonly carrierMessageId?: string;
  readonly smppStatus?: number;
  readonly stat?: string;
  readonly err?: string;
  readonly attempt?: number;
  readonly part?: number;
  readonly route?: string;
  readonly code?: string;
  /** Of what an application was told: by which way, at which endpoint, of which status. */
  readonly way?: string;
  readonly endpoint?: string;
  readonly status?: string;
}

/** What happened to the message, in order of time. */
export function timelineOf(facts: Facts): readonly TimelineEntry[] {
  const entries: { readonly entry: TimelineEntry; readonly tie: string }[] = [];
  let acceptedAtMs: number | undefined;
  for (const fact of facts.values()) {
    if ('message' in fact) acceptedAtMs ??= fact.message.acceptedAtMs;
    const entry = entryOf(fact);
    if (entry !== undefined) entries.push({ entry, tie: order[entry.type] + factKey(fact) });
  }
  if (acceptedAtMs !== undefined) {
    entries.push({ entry: { type: 'accepted', atMs: acceptedAtMs }, tie: order.accepted });
  }
  entries.sort((a, b) => a.entry.atMs - b.entry.atMs || (a.tie < b.tie ? -1 : 1));
  return entries.map(({ entry }) => entry);
}

/** What comes first of that which happened in one millisecond. */
const order: Readonly<Record<TimelineEntryType, string>> = {
  accepted: '0',
  scheduled: '1',
  routed: '2',
  retry: '3',
  submitted: '4',
  receipt: '5',
  failed: '6',
  canceled: '7',
  notified: '8',
};

function entryOf(fact: Fact): TimelineEntry | undefined {
  const { atMs } = fact;
  switch (fact.kind) {
    case 'scheduled':
      return { type: 'scheduled', atMs };
    case 'routed':
      return {
        type: 'routed',
        ...{ atMs, connector: fact.connector, route: fact.route, attempt: fact.attempt },
      };
    case 'concluded':
      return fact.conclusion === 'canceled'
        ? { type: 'canceled', atMs, attempt: fact.attempt }
        : { type: 'failed', atMs, attempt: fact.attempt, code: fact.code };
    case 'outcome':
      return outcomeEntry(fact);
    case 'receipt':
      return {
        type: 'receipt',
        ...{ atMs, connector: fact.connector, carrierMessageId: fact.carrierMessageId },
        ...{ stat: fact.stat, err: fact.error, attempt: fact.attempt, part: fact.part },
      };
    case 'notified': {
      const { way, endpoint, status } = fact;
      return { type: 'notified', atMs, way, endpoint, status };
    }
    case 'lapsed':
      return undefined;
  }
}

const outcomeTypes: Readonly<Record<OutcomeFact['result'], TimelineEntryType>> = {
  submitted: 'submitted',
  retry: 'retry',
  next_target: 'retry',
  returned: 'retry',
  rejected: 'failed',
  failed: 'failed',
  expired: 'failed',
  unknown: 'failed',
};

/** Results that the carrier's answer led to; the others have no command_status. */
const answered: ReadonlySet<string> = new Set([
  'submitted',
  'retry',
  'next_target',
  'rejected',
  'failed',
]);

/** No answer that leads to another try says ESME_ROK: that is how none at all is written. */
function wasAnswered({ result, commandStatus }: OutcomeFact): boolean {
  const isTriedAgain = result === 'retry' || result === 'next_target';
  return answered.has(result) && !(isTriedAgain && commandStatus === 0);
}

function outcomeEntry(fact: OutcomeFact): TimelineEntry {
  const { atMs, connector, carrierMessageId, attempt, part, code, result } = fact;
  return {
    type: outcomeTypes[result],
    ...{ atMs, connector, attempt, part },
    ...(carrierMessageId === '' ? {} : { carrierMessageId }),
    ...(wasAnswered(fact) ? { smppStatus: fact.commandStatus } : {}),
    ...(code === undefined ? {} : { code }),
  };
}
