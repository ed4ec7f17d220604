// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { streams } from '@sendium/contracts';
import { readerOf } from './stream-labels.ts';
import type { Bus } from './bus.ts';

/** How much lies in a stream. */
export interface StreamReport {
  readonly stream: string;
  /** Stream messages: each a batch. */
  readonly messages: number;
  readonly bytes: number;
  /** Undefined where the store alone is the limit. */
  readonly limitBytes: number | undefined;
}

/** How far a reader is, or all of its kind together where each account has one. */
export interface ReaderReport {
  readonly stream: string;
  readonly reader: string;
  /** Stream messages not yet handed to anybody. */
  readonly waiting: number;
  /** Handed out and not yet acknowledged. */
  readonly inHand: number;
  /** Age of the oldest stream message that is not acknowledged; 0 where there is none. */
  readonly oldestAgeMs: number;
}

/** What waits where. */
export interface QueueReport {
  readonly streams: readonly StreamReport[];
  readonly readers: readonly ReaderReport[];
}

interface StreamInfo {
  readonly config: { readonly max_bytes: number };
  readonly state: { readonly messages: number; readonly bytes: number };
}

interface ConsumerInfo {
  readonly name: string;
  readonly config: { readonly durable_name?: string; readonly filter_subject?: string };
  readonly ack_floor: { readonly stream_seq: number };
  readonly num_pending: number;
  readonly num_ack_pending: number;
}

interface ConsumerPage {
  readonly total: number;
  readonly consumers: readonly ConsumerInfo[] | null;
}

/** Ages are asked for one by one: of so many readers with something to do. */
const mostAges = 200;

/**
 * Looks at all streams and their durable readers: some twenty calls, and one for each reader that has
 * something to do.
 *
 * @throws {TransientError} no answer
 * @throws {JetStreamApiError} a stream is missing
 */
export async function readQueues(bus: Bus, nowMs: number): Promise<QueueReport> {
  const names = Object.values(streams);
  const [found, pages] = await Promise.all([
    Promise.all(names.map((stream) => readStream(bus, stream))),
    Promise.all(names.map((stream) => listConsumers(bus, stream))),
  ]);
  const readers: ReaderReport[] = [];
  let ages = 0;
  for (const [index, consumers] of pages.entries()) {
    const stream = names[index] ?? '';
    for (const info of consumers) {
      const isBusy = info.num_pending + info.num_ack_pending > 0;
      const isAsked = isBusy && ages < mostAges;
      if (isAsked) ages++;
      const oldestAgeMs = isAsked ? await oldestAge(bus, stream, info, nowMs) : 0;
      const reader = readerOf(stream, info.name);
      readers.push({
        ...{ stream, reader, oldestAgeMs },
        ...{ waiting: info.num_pending, inHand: info.num_ack_pending },
      });
    }
  }
  return { streams: found, readers: together(readers) };
}

async function readStream(bus: Bus, stream: string): Promise<StreamReport> {
  const { config, state } = await bus.api<StreamInfo>(`STREAM.INFO.${stream}`);
  const { messages, bytes } = state;
  const limitBytes = config.max_bytes > 0 ? config.max_bytes : undefined;
  return { stream, messages, bytes, limitBytes };
}

/** Durable ones: others are those of processes that follow along. */
async function listConsumers(bus: Bus, stream: string): Promise<readonly ConsumerInfo[]> {
  const all: ConsumerInfo[] = [];
  for (;;) {
    const call = `CONSUMER.LIST.${stream}`;
    const { consumers, total } = await bus.api<ConsumerPage>(call, { offset: all.length });
    all.push(...(consumers ?? []));
    if (consumers === null || consumers.length === 0 || all.length >= total) break;
  }
  return all.filter(({ config }) => config.durable_name !== undefined);
}

/** By the first stream message after what is acknowledged without a gap. */
async function oldestAge(
  bus: Bus,
  stream: string,
  { ack_floor: floor, config }: ConsumerInfo,
  nowMs: number,
): Promise<number> {
  const asked = { seq: floor.stream_seq + 1, next_by_subj: config.filter_subject ?? '>' };
  try {
    const { message } = await bus.api<{ message: { time: string } }>(
      `STREAM.MSG.GET.${stream}`,
      asked,
    );
    return Math.max(0, nowMs - Date.parse(message.time));
  } catch {
    // It was acknowledged meanwhile.
    return 0;
  }
}

function together(readers: readonly ReaderReport[]): readonly ReaderReport[] {
  const byName = new Map<string, ReaderReport>();
  for (const one of readers) {
    const key = `${one.stream} ${one.reader}`;
    const known = byName.get(key);
    byName.set(
      key,
      known === undefined
        ? one
        : {
            ...one,
            waiting: known.waiting + one.waiting,
            inHand: known.inHand + one.inHand,
            oldestAgeMs: Math.max(known.oldestAgeMs, one.oldestAgeMs),
          },
    );
  }
  return [...byName.values()];
}
