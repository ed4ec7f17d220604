// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * What happens because time passes. Each step goes over a bounded number of messages and lets others work
 * before the next; each may be repeated.
 *
 * H1  Ids begin with their time, so messages come of age in the order of their ids: a walk goes over each
 *     once, and its bookmark says how far it came. Who is not ready then is visited when it may be.
 * H2  What a step found out is durable before, or together with, its bookmark.
 */
import type { Publisher } from '@sendium/bus';
import { deadLetterChannel, eventChannel, subjects } from '@sendium/contracts';
import { rankOf, type MessageId } from '@sendium/message';
import type { MessageStore, ParkedReceipt, Visit, Walk } from '@sendium/store';
import type { GroupCommit } from './group-commit.ts';
import { dutyOf, type Duty } from './next-visit.ts';
import type { Keeping } from './settings.ts';
import type { Telling } from './telling.ts';

export interface HousekeepingOptions {
  readonly store: MessageStore;
  readonly commit: GroupCommit;
  readonly publisher: Publisher;
  readonly producer: string;
  readonly keeping: Keeping;
  readonly nowMs: () => number;
  /** A receipt went to DEAD. */
  readonly onUnmatched: (receipt: ParkedReceipt, reason: string) => void;
}

const stepSize = 200;

/** Looks after what has come of age, until nothing is left that has. */
export async function keepHouse(options: HousekeepingOptions, signal: AbortSignal): Promise<void> {
  const steps = [walkForLapses, walkForRetention, makeVisits, buryParked, forgetInbound];
  for (const step of steps) {
    while (!signal.aborted && (await step(options)) === stepSize) {
      await new Promise(setImmediate);
    }
  }
}

async function walkForLapses(options: HousekeepingOptions): Promise<number> {
  const { keeping, nowMs } = options;
  // A little later than the term, so that those sent soon after their acceptance need no visit.
  const slackMs = Math.min(600_000, keeping.unknownAfterMs / 100);
  return walk('lapse', nowMs() - keeping.unknownAfterMs - slackMs, options);
}

async function walkForRetention(options: HousekeepingOptions): Promise<number> {
  return walk('retention', options.nowMs() - options.keeping.retentionMs, options);
}

async function walk(name: Walk, beforeMs: number, options: HousekeepingOptions): Promise<number> {
  const { store } = options;
  const after = await store.bookmark(name);
  const aged = await store.listByAge({ after, beforeMs, limit: stepSize });
  const last = aged.at(-1);
  if (last === undefined) return 0;
  const isSettled = (rank: number): boolean => rank >= rankOf('unknown');
  const open = aged.filter(({ rank }) => !isSettled(rank)).map(({ messageId }) => messageId);
  const duties = await dutiesOf(open, options);
  if (name === 'retention') {
    for (const { messageId, rank } of aged) {
      if (isSettled(rank)) duties.push({ messageId, duty: { kind: 'forget' } });
    }
  }
  await discharge(duties, options);
  await store.write({ bookmarks: [{ walk: name, at: last.messageId }] });
  return aged.length;
}

async function makeVisits(options: HousekeepingOptions): Promise<number> {
  const { store, nowMs } = options;
  const visited = await store.listVisits(nowMs(), stepSize);
  if (visited.length === 0) return 0;
  const ids = new Set(visited.map(({ messageId }) => messageId));
  await discharge(await dutiesOf([...ids], options), options);
  await store.write({ visited });
  return visited.length;
}

interface MessageDuty {
  readonly messageId: MessageId;
  readonly duty: Duty;
}

async function dutiesOf(
  ids: readonly MessageId[],
  { store, keeping, nowMs }: HousekeepingOptions,
): Promise<MessageDuty[]> {
  const found = await store.factsOf(ids);
  return [...found].map(([messageId, facts]) => ({
    messageId,
    duty: dutyOf(messageId, facts, keeping, nowMs()),
  }));
}

async function discharge(
  duties: readonly MessageDuty[],
  { store, commit }: HousekeepingOptions,
): Promise<void> {
  const tellings: Telling[] = [];
  const visits: Visit[] = [];
  const forgotten: MessageId[] = [];
  for (const { messageId, duty } of duties) {
    if (duty.kind === 'forget') forgotten.push(messageId);
    else if (duty.kind === 'visit') visits.push({ messageId, dueAtMs: duty.dueAtMs });
    else if (duty.kind === 'lapse') {
      tellings.push({ kind: 'fact', messageId, fact: { kind: 'lapsed', atMs: duty.atMs } });
    }
  }
  await commit.record(tellings);
  if (visits.length > 0) await store.write({ visits });
  if (forgotten.length > 0) await store.forget(forgotten);
}

async function forgetInbound({ store, keeping, nowMs }: HousekeepingOptions): Promise<number> {
  return store.forgetInbound(nowMs() - keeping.retentionMs, stepSize);
}

/** Receipts that nobody has claimed go to DEAD, where an operator sees them and may tell them again. */
async function buryParked(options: HousekeepingOptions): Promise<number> {
  const { store, keeping, nowMs, onUnmatched } = options;
  if (!store.hasParked) return 0;
  const parked = await store.listParked(nowMs() - keeping.parkedForMs, stepSize);
  await Promise.all(parked.map((receipt) => bury(receipt, options)));
  if (parked.length > 0) await store.write({ unpark: parked.map(({ id }) => id) });
  for (const receipt of parked) onUnmatched(receipt, reasonAgainst(receipt));
  return parked.length;
}

function reasonAgainst({ keys }: ParkedReceipt): string {
  return keys.length === 0 ? 'no_carrier_id' : 'no_message';
}

const explanations: Readonly<Record<string, string>> = {
  no_carrier_id: 'the receipt has no id of the carrier',
  no_message: 'no message has the id and the destination of the receipt',
};

async function bury(parked: ParkedReceipt, options: HousekeepingOptions): Promise<void> {
  const { publisher, producer, nowMs } = options;
  const { group } = parked;
  const origin = 'tracker';
  const { carrierMessageIds, recipient } = parked;
  const event = { ...parked.receipt, carrierMessageIds, recipient };
  await publisher.publish(deadLetterChannel(origin), {
    origin,
    reason: explanations[reasonAgainst(parked)] ?? '',
    subject: subjects.event(group, 'receipt'),
    payload: eventChannel(group, 'receipt', producer).encode([event]),
    atMs: nowMs(),
  });
}
