// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { lanes, type Lane } from '@sendium/message';
import type { DeliverKind } from './reports.ts';
import { streams } from './streams.ts';
import { subjects } from './subjects.ts';

/** A durable pull consumer with explicit acknowledgement. */
export interface ConsumerDefinition {
  readonly stream: string;
  readonly durable: string;
  readonly filterSubject: string;
  readonly ackWaitMs: number;
  /** Batches handed out and not yet acknowledged, over all readers. */
  readonly maxAckPending: number;
}

const base = { ackWaitMs: 15_000, maxAckPending: 1000 } as const;

/** What the router reads, most urgent first; what comes again goes before what is new in the same lane. */
export function routerConsumers(): readonly ConsumerDefinition[] {
  return lanes.flatMap((lane) => [routerDue(lane), routerSubmit(lane)]);
}

function routerSubmit(lane: Lane): ConsumerDefinition {
  return {
    ...base,
    stream: streams.submit,
    durable: `router-${lane}`,
    filterSubject: subjects.submit(lane),
  };
}

function routerDue(lane: Lane): ConsumerDefinition {
  return {
    ...base,
    stream: streams.later,
    durable: `router-due-${lane}`,
    filterSubject: subjects.dueSubmit(lane),
  };
}

/** What the router reads of SMS from mobiles. */
export const routerInboundConsumer: ConsumerDefinition = {
  ...base,
  stream: streams.inbound,
  durable: 'router-inbound',
  filterSubject: 'inbound.*',
};

/** What the router reads of long messages whose parts did not all come in time. */
export const routerDuePartConsumer: ConsumerDefinition = {
  ...base,
  stream: streams.later,
  durable: 'router-due-part',
  filterSubject: 'due.part.*',
};

/** What one connector reads, most urgent first: one durable per lane. */
export function connectorConsumers(connector: string): readonly ConsumerDefinition[] {
  return lanes.map((lane) => ({
    ...base,
    stream: streams.dispatch,
    durable: `${connector}-${lane}`,
    filterSubject: subjects.dispatch(connector, lane),
  }));
}

/** What the tracker reads of one group. */
export function trackerConsumer(group: string): ConsumerDefinition {
  return {
    ...base,
    stream: streams.events,
    durable: `tracker-${group}`,
    filterSubject: subjects.eventsOf(group),
  };
}

/** What an account is to be told, by whoever tells it: reports and inbound SMS that are new. */
export function deliverConsumer(kind: DeliverKind, account: string): ConsumerDefinition {
  return {
    ...base,
    stream: streams.deliver,
    durable: `${kind}-${account}`,
    filterSubject: subjects.deliver(kind, account),
  };
}

/** What comes again for an account: what was put off, or given back by a reader that ended. */
export function dueDeliverConsumer(kind: DeliverKind, account: string): ConsumerDefinition {
  return {
    ...base,
    stream: streams.later,
    durable: `${kind}-due-${account}`,
    filterSubject: subjects.dueDeliver(kind, account),
  };
}
