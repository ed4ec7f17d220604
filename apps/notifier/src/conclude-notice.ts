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

/** Whose events, and where those go that come again. */
export interface ConcludeOptions {
  readonly account: string;
  readonly work: NotifierWork;
  readonly deferrals: Deferrals;
  readonly ended: AbortSignal;
}

/** The origin of webhooks' dead letters. */
export const deadOrigin = 'webhook';
const againMs = 1000;

/** Resolves when what follows is durable. `item` names its endpoint. */
export type Conclude = (
  item: DeliverItem & { readonly endpoint: string },
  laneKey: string,
  verdict: LaneVerdict,
) => Promise<void>;

/** Makes the one for an account. */
export function concludeNotices(options: ConcludeOptions): Conclude {
  const { work, deferrals, account } = options;
  const { publisher, producer, metrics, nowMs } = work;
  const insist = (make: () => Promise<void>): Promise<void> => insistOn(make, options);
  return async (item, laneKey, verdict) => {
    switch (verdict.kind) {
      case 'taken':
        metrics.ended(item, 'delivered');
        return tellTracker(item, work);
      case 'again':
        metrics.ended(item, 'put_off');
        return insist(() => retryAt(item, verdict.atMs, options));
      case 'deferred': {
        metrics.deferred(verdict.why);
        const waiting = { ...item, firstTriedAtMs: item.firstTriedAtMs ?? nowMs() };
        // What waits for a message of its own must not come with others.
        const lane = verdict.why === 'behind' ? `${laneKey} ${deliverIdOf(item)}` : laneKey;
        return insist(() => deferrals.add(lane, waiting, verdict.atMs));
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

/** Under a name of its own: told again after a crash, it takes the place of itself. */
async function retryAt(
  item: DeliverItem & { readonly endpoint: string },
  atMs: number,
  { account, work: { bus, producer, nowMs } }: ConcludeOptions,
): Promise<void> {
  const { tries, firstTriedAtMs = nowMs() } = item;
  await scheduleLater(bus, {
    id: `hook-${deliverIdOf(item)}-${item.endpoint}`,
    atMs,
    targetSubject: subjects.dueDeliver('webhook', account),
    octets: encodeDeliverBatch([{ ...item, tries: tries + 1, firstTriedAtMs }], producer),
  });
}

async function tellTracker(
  item: DeliverItem & { readonly endpoint: string },
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
