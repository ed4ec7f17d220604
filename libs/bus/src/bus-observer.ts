// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { streams } from '@sendium/contracts';

/** Told of what passes over the bus; for metrics. Must be quick and must not throw. */
export interface BusObserver {
  /** A batch of so many items left for the stream. */
  published(stream: string, items: number): void;
  /** A stream message came again to this reader. */
  redelivered(stream: string, reader: string): void;
  /** Asked for a number whenever somebody looks: items taken and not yet durable. */
  watchPending(pending: () => number): void;
  /** Likewise for the version of the configuration in force. */
  watchConfiguration(version: () => number): void;
}

const streamOfToken: Readonly<Record<string, string>> = {
  submit: streams.submit,
  dispatch: streams.dispatch,
  later: streams.later,
  due: streams.later,
  inbound: streams.inbound,
  event: streams.events,
  deliver: streams.deliver,
  dead: streams.dead,
  part: streams.parts,
};

/** The stream that a subject belongs to. */
export function streamOf(subject: string): string {
  return streamOfToken[subject.slice(0, subject.indexOf('.'))] ?? 'other';
}

const ofAccount = /^(smpp|webhook)(-due)?-/;

/**
 * Who reads by this durable, for labels: readers of one account each are one, since accounts may be many.
 */
export function readerOf(stream: string, durable: string): string {
  if (stream !== streams.deliver && stream !== streams.later) return durable;
  const [, kind, due = ''] = ofAccount.exec(durable) ?? [];
  return kind === undefined ? durable : kind + due;
}
