// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Lane } from '@sendium/message';
import type { Channel } from './channel.ts';
import {
  DispatchBatch,
  SubmitBatch,
  type AttemptRecord as WireAttempt,
  type DispatchItem as WireDispatchItem,
  type SubmitItem as WireSubmitItem,
} from './gen/sendium/v1/envelope.ts';
import type { AttemptRecord, AttemptVerdict, DispatchItem, SubmitItem } from './items.ts';
import { messageFromWire, messageSize, messageToWire } from './message-wire.ts';
import { subjects } from './subjects.ts';
import { decodeWith } from './wire-error.ts';

const verdictNumbers = { retry: 1, next_target: 2, returned: 3 } as const;
const verdicts: readonly (AttemptVerdict | undefined)[] = [
  undefined,
  'retry',
  'next_target',
  'returned',
];

/** Accepted messages on `submit.<lane>`. */
export function submitChannel(lane: Lane, producer: string): Channel<SubmitItem> {
  return submitItems(subjects.submit(lane), producer);
}

/** What must be routed again now, on `due.submit.<lane>`. */
export function dueSubmitChannel(lane: Lane, producer: string): Channel<SubmitItem> {
  return submitItems(subjects.dueSubmit(lane), producer);
}

function submitItems(subject: string, producer: string): Channel<SubmitItem> {
  return {
    subject,
    encode: (items) => encodeSubmitBatch(items, producer),
    sizeOf: (item) => messageSize(item.message) + item.history.length * 100,
  };
}

/** One attempt per item, on `dispatch.<connector>.<lane>`. */
export function dispatchChannel(
  connector: string,
  lane: Lane,
  producer: string,
): Channel<DispatchItem> {
  return {
    subject: subjects.dispatch(connector, lane),
    encode: (items) => encodeDispatchBatch(items, producer),
    sizeOf: (item) => messageSize(item.message) + item.history.length * 100 + item.route.length,
  };
}

/** A batch for `submit.<lane>`, `due.submit.<lane>`, or a timer that fires into the latter. */
export function encodeSubmitBatch(items: readonly SubmitItem[], producer: string): Uint8Array {
  return SubmitBatch.encode({ producer, items: items.map(submitItemToWire) }).finish();
}

/** A batch for `dispatch.<connector>.<lane>`. */
export function encodeDispatchBatch(items: readonly DispatchItem[], producer: string): Uint8Array {
  return DispatchBatch.encode({ producer, items: items.map(dispatchItemToWire) }).finish();
}

/** @throws {WireError} when the octets are no such batch */
export function decodeSubmitBatch(octets: Uint8Array): readonly SubmitItem[] {
  return decodeWith('SubmitBatch', () => SubmitBatch.decode(octets).items.map(submitItemFromWire));
}

/** @throws {WireError} when the octets are no such batch */
export function decodeDispatchBatch(octets: Uint8Array): readonly DispatchItem[] {
  return decodeWith('DispatchBatch', () =>
    DispatchBatch.decode(octets).items.map((wire) => ({
      ...submitItemFromWire(wire),
      route: wire.route,
      configurationVersion: wire.configurationVersion,
    })),
  );
}

function submitItemToWire(item: SubmitItem): WireSubmitItem {
  return {
    message: messageToWire(item.message),
    attempt: item.attempt,
    history: item.history.map(attemptToWire),
    partsDone: item.partsDone as number[],
  };
}

function dispatchItemToWire(item: DispatchItem): WireDispatchItem {
  return {
    ...submitItemToWire(item),
    route: item.route,
    configurationVersion: item.configurationVersion,
  };
}

function submitItemFromWire(wire: WireSubmitItem): SubmitItem {
  return {
    message: messageFromWire(wire.message),
    attempt: wire.attempt,
    history: wire.history.map(attemptFromWire),
    partsDone: wire.partsDone,
  };
}

function attemptToWire(record: AttemptRecord): WireAttempt {
  const { attempt, connector, commandStatus, atMs } = record;
  return {
    attempt,
    connector,
    commandStatus,
    atUnixMs: atMs,
    verdict: verdictNumbers[record.verdict],
  };
}

function attemptFromWire(wire: WireAttempt): AttemptRecord {
  const { attempt, connector, commandStatus, atUnixMs } = wire;
  return {
    attempt,
    connector,
    commandStatus,
    atMs: atUnixMs,
    verdict: verdicts[wire.verdict] ?? 'next_target',
  };
}
