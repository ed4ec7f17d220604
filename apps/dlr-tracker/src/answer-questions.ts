// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { TransientError } from '@sendium/bus';
import { MessageServiceService } from '@sendium/contracts';
import { RpcError, serve, type CallContext, type ServedService } from '@sendium/grpc';
import { messageIdTimeMs, parseMessageId, type MessageId } from '@sendium/message';
import { stateOf, timelineOf, type Facts, type MessageState } from '@sendium/receipts';
import { StoreError, type MessageStore } from '@sendium/store';
import type { Arrivals } from './arrivals.ts';
import type { Horizon } from './horizon.ts';
import { toRecord, toTimelineEvent } from './message-record.ts';

/** An acceptance is younger than this while its event may still be under way. */
const youngMs = 5000;
/** So long the first word of a young message is waited for. */
const patienceMs = 1000;

export interface AnswerOptions {
  readonly store: MessageStore;
  readonly arrivals: Arrivals;
  readonly horizon: Pick<Horizon, 'heardUntilMs'>;
  readonly nowMs: () => number;
}

/** "Where is my message?", answered from what is durable. */
export function answerQuestions(options: AnswerOptions): ServedService {
  return serve(MessageServiceService, {
    getMessage: async ({ account, id }, call) => {
      const { state } = await find(account, id, call, options);
      return { record: toRecord(state) };
    },
    findMessages: async ({ account, id }, call) => {
      const states = await findAll(account, id, call, options);
      return { records: states.map(toRecord) };
    },
    listMessageEvents: async ({ account, id }, call) => {
      const { facts } = await find(account, id, call, options);
      return { events: timelineOf(facts).map(toTimelineEvent) };
    },
  });
}

interface Found {
  readonly facts: Facts;
  readonly state: MessageState;
}

/** From the making of an id to its storing in SUBMIT passes at most so much, clocks apart. */
const acceptanceMs = 10_000;

/** @throws {RpcError} the account has no such message, it is not heard of yet, or the store does not answer */
async function find(
  account: string,
  text: string,
  call: CallContext,
  options: AnswerOptions,
): Promise<Found> {
  const id = parseMessageId(text);
  const found = id === undefined ? undefined : await findSurely(id, call, options);
  if (found?.state.message?.account !== account) {
    throw new RpcError('not_found', 'The account has no such message.');
  }
  return found;
}

/** Nothing is said not to be there while it may be under way. */
async function findSurely(
  id: MessageId,
  call: CallContext,
  options: AnswerOptions,
): Promise<Found | undefined> {
  const found = await findPatiently(id, call, options);
  if (found?.state.message !== undefined) return found;
  if (messageIdTimeMs(id) + acceptanceMs >= (await heardUntilMs(options))) {
    throw new RpcError('failed_precondition', 'Not everything of that time is heard of yet.');
  }
  // It may have come in before that was known.
  return read(options.store, id);
}

async function heardUntilMs({ horizon }: AnswerOptions): Promise<number> {
  try {
    return await horizon.heardUntilMs();
  } catch (cause) {
    if (!(cause instanceof TransientError)) throw cause;
    throw new RpcError('unavailable', 'NATS does not answer.', { cause });
  }
}

async function findPatiently(
  id: MessageId,
  call: CallContext,
  { store, arrivals, nowMs }: AnswerOptions,
): Promise<Found | undefined> {
  if (nowMs() - messageIdTimeMs(id) >= youngMs) return read(store, id);
  const watch = arrivals.watch(id);
  const over = AbortSignal.any([call.signal, AbortSignal.timeout(patienceMs)]);
  try {
    for (;;) {
      const found = await read(store, id);
      // A connector's word may come before the router's, and does not say whose message it is.
      if (found?.state.message !== undefined || over.aborted) return found;
      await watch.next(over);
    }
  } finally {
    watch.stop();
  }
}

async function read(store: MessageStore, id: MessageId): Promise<Found | undefined> {
  try {
    const facts = (await store.factsOf([id])).get(id);
    return facts === undefined ? undefined : { facts, state: stateOf(facts) };
  } catch (cause) {
    if (!(cause instanceof StoreError)) throw cause;
    throw new RpcError('unavailable', 'The store does not answer.', { cause });
  }
}

const lookAgainMs = 200;

/** @throws {RpcError} the account has no such message, or the store does not answer */
async function findAll(
  account: string,
  text: string,
  call: CallContext,
  options: AnswerOptions,
): Promise<readonly MessageState[]> {
  const id = parseMessageId(text);
  const isOld = id !== undefined && options.nowMs() - messageIdTimeMs(id) >= youngMs;
  const over = AbortSignal.any([call.signal, AbortSignal.timeout(patienceMs)]);
  for (;;) {
    const states = await readAll(account, id === undefined ? text : id, options.store);
    if (states.length > 0) return states;
    // A short id does not tell how young it is.
    if (isOld || over.aborted) throw new RpcError('not_found', 'The account has no such message.');
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}

async function readAll(
  account: string,
  id: string,
  store: MessageStore,
): Promise<readonly MessageState[]> {
  const own = parseMessageId(id);
  try {
    const shared = await store.findByClientId(account, id);
    const found = await store.factsOf(own === undefined ? shared : [own, ...shared]);
    return [...found.values()].map(stateOf).filter(({ message }) => message?.account === account);
  } catch (cause) {
    if (!(cause instanceof StoreError)) throw cause;
    throw new RpcError('unavailable', 'The store does not answer.', { cause });
  }
}
