// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

const hour = 60 * 60 * 1000;
const day = 24 * hour;
const mebibyte = 1024 * 1024;

/** A JetStream stream as the gateway needs it; sizes in octets, ages in milliseconds. */
export interface StreamDefinition {
  readonly name: string;
  readonly description: string;
  readonly subjects: readonly string[];
  readonly retention: 'workqueue' | 'limits';
  readonly discard: 'new' | 'old';
  /** Refuse a full subject only, not the whole stream. */
  readonly discardNewPerSubject: boolean;
  readonly maxMessagesPerSubject?: number;
  readonly maxBytes?: number;
  readonly maxAgeMs?: number;
  readonly allowSchedules: boolean;
  /** Any replica answers what the last message of a subject is, of many subjects at once. Default: no. */
  readonly allowsDirectReads?: boolean;
  readonly duplicateWindowMs: number;
}

/** What an installation may choose about its streams. */
export interface TopologyOptions {
  /** 1, or 3 in a cluster. */
  readonly replicas: 1 | 3;
  /** How many batches one lane, or one connector's lane, may hold. */
  readonly maxBatchesPerSubject: number;
  /** Room for 24 h of events, in octets. */
  readonly eventsMaxBytes: number;
  readonly deadMaxBytes: number;
  readonly partsMaxBytes: number;
}

export const defaultTopology: TopologyOptions = {
  replicas: 1,
  maxBatchesPerSubject: 100_000,
  eventsMaxBytes: 4096 * mebibyte,
  deadMaxBytes: 512 * mebibyte,
  partsMaxBytes: 512 * mebibyte,
};

/** What a service needs at least: the sizes are the installation's own choice. */
export const leastTopology: TopologyOptions = {
  replicas: 1,
  maxBatchesPerSubject: 1,
  eventsMaxBytes: 1,
  deadMaxBytes: 1,
  partsMaxBytes: 1,
};

/** The names of the streams. */
export const streams = {
  submit: 'SUBMIT',
  dispatch: 'DISPATCH',
  later: 'LATER',
  inbound: 'INBOUND',
  events: 'EVENTS',
  deliver: 'DELIVER',
  dead: 'DEAD',
  parts: 'PARTS',
} as const;

/** All streams of the gateway; the reasons for each setting are in docs/architecture.md. */
export function streamDefinitions(
  options: TopologyOptions = defaultTopology,
): readonly StreamDefinition[] {
  const queue = (name: string, description: string, over: readonly string[]): StreamDefinition => ({
    name,
    description,
    subjects: over,
    retention: 'workqueue',
    discard: 'new',
    discardNewPerSubject: true,
    maxMessagesPerSubject: options.maxBatchesPerSubject,
    allowSchedules: false,
    duplicateWindowMs: 120_000,
  });
  return [
    queue(streams.submit, 'Accepted messages, to be routed', ['submit.*']),
    queue(streams.dispatch, 'Routed messages, to be submitted to a carrier', ['dispatch.*.*']),
    laterStream,
    queue(streams.inbound, 'SMS from mobiles, to be routed to an application', ['inbound.*']),
    {
      ...limits(streams.events, 'What happened to messages', ['event.*.*'], 'new'),
      maxBytes: options.eventsMaxBytes,
    },
    queue(streams.deliver, 'Reports and inbound SMS for applications', ['deliver.*.*']),
    {
      ...limits(streams.dead, 'What could not be worked on, with its reason', ['dead.*'], 'old'),
      maxBytes: options.deadMaxBytes,
      maxAgeMs: 30 * day,
    },
    {
      ...limits(
        streams.parts,
        'Parts of long messages, until they are joined',
        ['part.*.*'],
        'old',
      ),
      maxBytes: options.partsMaxBytes,
      allowsDirectReads: true,
      maxAgeMs: hour,
    },
  ];
}

// LATER never refuses: a ring of streams that all refuse could deadlock. A schedule's target must lie in the
// same stream, and servers from 2.12.9 on refuse schedules on a stream that discards new messages.
const laterStream: StreamDefinition = {
  name: streams.later,
  description: 'Timers, and what must be routed again',
  subjects: ['later.*', 'due.submit.*', 'due.webhook.*', 'due.smpp.*', 'due.part.*'],
  retention: 'workqueue',
  discard: 'old',
  discardNewPerSubject: false,
  allowSchedules: true,
  duplicateWindowMs: 120_000,
};

function limits(
  name: string,
  description: string,
  over: readonly string[],
  discard: 'new' | 'old',
): StreamDefinition {
  return {
    name,
    description,
    subjects: over,
    retention: 'limits',
    discard,
    discardNewPerSubject: false,
    allowSchedules: false,
    duplicateWindowMs: 120_000,
  };
}
