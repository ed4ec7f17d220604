// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { streams } from '@sendium/contracts';

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
