// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * What follows from what became of a call: each way ends in something durable. The event that was taken is
 * told to the tracker; the rest stands in LATER or in DEAD.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { QueueFullError, scheduleLater, TransientError } from '@sendium/bus';
import {
  deadLetterChannel,
  deliverIdOf,
  dueDeliverChannel,
  encodeDeliverBatch,
  eventChannel,
  subjects,
  type DeliverItem,
} from '@sendium/contracts';
import { gatewayGroup } from '@sendium/message';
import type { Deferrals } from './deferrals.ts';
import type { LaneVerdict } from './endpoint-lane.ts';
import type { NotifierWork } from './notifier-work.ts';
import type { NamedItem, PendingRetries } from './pending-retries.ts';

/** Whose events, and where those go that come again. */
export interface ConcludeOptions {
  readonly account: string;
  readonly work: NotifierWork;
  readonly deferrals: Deferrals;
  readonly pending: PendingRetries;
  readonly ended: AbortSignal;
}

/** The origin of webhooks' dead letters. */
export const deadOrigin = 'webhook';
const againMs = 1000;

/** Resolves when what follows is durable. */
export type Conclude = (item: NamedItem, laneKey: string, verdict: LaneVerdict) => Promise<void>;

/** Makes the one for an account. */
export function concludeNotices(options: ConcludeOptions): Conclude {
  const { work, deferrals, pending, account } = options;
  const { publisher, producer, metrics, nowMs } = work;
  const insist = (make: () => Promise<void>): Promise<void> => insistOn(make, options);
  return async (item, laneKey, verdict) => {
    switch (verdict.kind) {
      case 'taken':
        metrics.ended(item, 'delivered');
        return tellTracker(item, work);
      case 'again': {
        metrics.ended(item, 'put_off');
        const { tries, firstTriedAtMs = nowMs() } = item;
        const again = { ...item, tries: tries + 1, firstTriedAtMs };
        pending.add(laneKey, again);
        return insist(() => comeAt(again, verdict.atMs, options));
      }
      case 'deferred': {
        metrics.deferred(verdict.why);
        const waiting = { ...item, firstTriedAtMs: item.firstTriedAtMs ?? nowMs() };
        if (verdict.why !== 'behind') {
          return insist(() => deferrals.add(waiting, verdict.atMs));
        }
        pending.add(laneKey, waiting);
        return insist(() => comeAt(waiting, verdict.atMs, options));
      }
      case 'over':
        metrics.ended(item, 'dead');
        return insist(() => bury(item, verdict.reason, options));
      case 'given_back': {
        metrics.ended(item, 'given_back');
        const channel = dueDeliverChannel('webhook', account, producer);
        return insist(() => publisher.publish(channel, item));
      }
    }
  };
}

/** To DEAD, so that a replay begins anew. */
export async function bury(
  item: DeliverItem,
  reason: string,
  { account, work: { publisher, producer, nowMs } }: Pick<ConcludeOptions, 'account' | 'work'>,
): Promise<void> {
  await publisher.publish(deadLetterChannel(deadOrigin), {
    ...{ origin: deadOrigin, reason: `${item.endpoint ?? ''}: ${reason}`, atMs: nowMs() },
    subject: subjects.dueDeliver('webhook', account),
    ...(item.kind === 'report' ? { messageId: item.messageId } : {}),
    payload: encodeDeliverBatch([{ ...item, tries: 0, firstTriedAtMs: 0 }], producer),
  });
}

/**
 * Under a name of its own: told again after a crash, or sooner than it was to come, it takes the place of
 * itself.
 */
export async function comeAt(
  item: NamedItem,
  atMs: number,
  { account, work: { bus, producer } }: Pick<ConcludeOptions, 'account' | 'work'>,
): Promise<void> {
  await scheduleLater(bus, {
    id: `hook-${deliverIdOf(item)}-${item.endpoint}`,
    atMs,
    targetSubject: subjects.dueDeliver('webhook', account),
    octets: encodeDeliverBatch([item], producer),
  });
}

async function tellTracker(
  item: NamedItem,
  { publisher, producer, nowMs, log }: NotifierWork,
): Promise<void> {
  if (item.kind !== 'report') return;
  const { messageId, status, endpoint } = item;
  try {
    await publisher.publish(eventChannel(gatewayGroup, 'notified', producer), {
      ...{ kind: 'notified', atMs: nowMs(), messageId, way: 'webhook', endpoint, status },
    });
  } catch (error) {
    if (!(error instanceof QueueFullError)) throw error;
    // The application has been told; that it is not told again counts for more than that we know.
    log.warn({ err: error }, 'that a webhook was taken could not be noted');
  }
}

/** What has been called must not be called again only because a queue is full for a while. */
async function insistOn(
  make: () => Promise<void>,
  { work: { log }, ended }: ConcludeOptions,
): Promise<void> {
  for (;;) {
    try {
      await make();
      return;
    } catch (err) {
      if (!(err instanceof TransientError) || ended.aborted) throw err;
      log.warn({ err }, 'what follows from a webhook is not durable yet');
      await pause(againMs, undefined, { signal: ended }).catch(() => undefined);
    }
  }
}
