// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/*
 * Where the messages wait that did not reach the carrier, as nats-server's monitoring tells it. It
 * counts batches, each of many messages: enough to tell a reader that has stopped (unread, nothing in
 * hand) from one that is slow (in hand) and from messages that are nowhere (all empty).
 */

import { streams } from '@sendium/contracts';

/** One queue between two services; all counts in batches. */
export interface Backlog {
  /** Name of the stream. */
  readonly stream: string;
  readonly stored: number;
  /** Not yet given to any reader. */
  readonly unread: number;
  /** Given to a reader that has not acknowledged them. */
  readonly inHand: number;
}

interface ConsumerDetail {
  readonly num_pending: number;
  readonly num_ack_pending: number;
}

interface StreamDetail {
  readonly name: string;
  readonly state: { readonly messages: number };
  readonly consumer_detail?: readonly ConsumerDetail[];
}

interface Jsz {
  readonly account_details?: readonly { readonly stream_detail?: readonly StreamDetail[] }[];
}

/** The queues from an ingress to a carrier; LATER holds what a connector put off. */
const queues = [streams.submit, streams.dispatch, streams.later];

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

function toBacklog(stream: string, details: readonly StreamDetail[]): Backlog {
  const found = details.filter(({ name }) => name === stream);
  const consumers = found.flatMap(({ consumer_detail: readers = [] }) => readers);
  return {
    stream,
    stored: sum(found.map(({ state }) => state.messages)),
    unread: sum(consumers.map(({ num_pending: pending }) => pending)),
    inHand: sum(consumers.map(({ num_ack_pending: pending }) => pending)),
  };
}

/** Reads what /jsz answered. */
export function readBacklogs(answer: unknown): readonly Backlog[] {
  const { account_details: accounts = [] } = answer as Jsz;
  const details = accounts.flatMap(({ stream_detail: some = [] }) => some);
  return queues.map((stream) => toBacklog(stream, details));
}

/** Asks nats-server's monitoring at this URL. */
export async function fetchBacklogs(monitorUrl: string): Promise<readonly Backlog[]> {
  const url = new URL('/jsz?accounts=true&streams=true&consumers=true', monitorUrl);
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`the monitoring of nats-server answered ${response.status}`);
  return readBacklogs(await response.json());
}

/** For people: `SUBMIT 0, DISPATCH 12 (4 unread, 8 in hand), LATER 0 batches`. */
export function toBacklogText(backlogs: readonly Backlog[]): string {
  const parts = backlogs.map(({ stream, stored, unread, inHand }) =>
    stored === 0 ? `${stream} 0` : `${stream} ${stored} (${unread} unread, ${inHand} in hand)`,
  );
  return `${parts.join(', ')} batches`;
}
