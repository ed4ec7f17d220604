// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { isRejectionCode, parseMessageId, type MessageId } from '@sendium/message';
import type { Channel } from './channel.ts';
import {
  EventBatch,
  type Concluded as WireConcluded,
  type Event as WireEvent,
  type Outcome as WireOutcome,
  type Receipt as WireReceipt,
} from './gen/sendium/v1/event.ts';
import {
  receiptStates,
  type Concluded,
  type GatewayEvent,
  type Outcome,
  type OutcomeResult,
  type ReceiptReceived,
} from './events.ts';
import {
  encodingFromWire,
  encodingToWire,
  messageFromWire,
  messageSize,
  messageToWire,
} from './message-wire.ts';
import { receivedFromWire, receivedSize, receivedToWire } from './received-wire.ts';
import { statusFromWire, statusToWire } from './status-wire.ts';
import { subjects, type EventKind } from './subjects.ts';
import { WireError, decodeWith } from './wire-error.ts';

const results: readonly OutcomeResult[] = [
  'submitted',
  'rejected',
  'failed',
  'expired',
  'retry',
  'next_target',
  'returned',
  'unknown',
];
const conclusions = ['failed', 'rejected', 'expired', 'canceled'] as const;
const noOctets = new Uint8Array(0);

/** Events of one kind on `event.<group>.<kind>`. */
export function eventChannel(
  group: string,
  kind: EventKind,
  producer: string,
): Channel<GatewayEvent> {
  return {
    subject: subjects.event(group, kind),
    encode: (events) => EventBatch.encode({ producer, events: events.map(eventToWire) }).finish(),
    sizeOf: sizeOfEvent,
  };
}

function sizeOfEvent(event: GatewayEvent): number {
  if (event.kind === 'received') return receivedSize(event.received);
  return 400 + ('message' in event ? messageSize(event.message) : 0);
}

/** A batch of events as it was written, with the process that wrote it. */
export interface DecodedEvents {
  readonly producer: string;
  readonly events: readonly GatewayEvent[];
}

/** @throws {WireError} when the octets are no such batch */
export function decodeEventBatch(octets: Uint8Array): DecodedEvents {
  return decodeWith('EventBatch', () => {
    const batch = EventBatch.decode(octets);
    return { producer: batch.producer, events: batch.events.map(eventFromWire) };
  });
}

/** Who wrote a batch, without decoding the rest; empty when the octets do not say. */
export function producerOf(octets: Uint8Array): string {
  const length = octets[1] ?? 0;
  if (octets[0] !== 0x0a || length > 0x7f || octets.length < 2 + length) return '';
  return Buffer.from(octets.buffer, octets.byteOffset + 2, length).toString('utf8');
}

function eventToWire(event: GatewayEvent): WireEvent {
  const messageId = 'messageId' in event ? event.messageId : '';
  return { atUnixMs: event.atMs, messageId, kind: kindToWire(event) };
}

function kindToWire(event: GatewayEvent): WireEvent['kind'] {
  switch (event.kind) {
    case 'routed':
      return { $case: 'routed', value: { ...event, message: messageToWire(event.message) } };
    case 'scheduled':
      return {
        $case: 'scheduled',
        value: { message: messageToWire(event.message), dueAtUnixMs: event.dueAtMs },
      };
    case 'concluded':
      return { $case: 'concluded', value: concludedToWire(event) };
    case 'outcome':
      return { $case: 'outcome', value: outcomeToWire(event) };
    case 'intent':
      return { $case: 'intent', value: event };
    case 'receipt':
      return { $case: 'receipt', value: receiptToWire(event) };
    case 'received':
      return { $case: 'received', value: { message: receivedToWire(event.received) } };
    case 'notified': {
      const { way, endpoint, status } = event;
      return { $case: 'notified', value: { way, endpoint, status: statusToWire(status) } };
    }
  }
}

function concludedToWire(event: Concluded): WireConcluded {
  return {
    message: messageToWire(event.message),
    conclusion: (conclusions.indexOf(event.conclusion) + 1) as WireConcluded['conclusion'],
    code: event.code,
    attempt: event.attempt,
  };
}

function outcomeToWire(event: Outcome): WireOutcome {
  return {
    attempt: event.attempt,
    part: event.part,
    parts: event.parts,
    connector: event.connector,
    result: (results.indexOf(event.result) + 1) as WireOutcome['result'],
    commandStatus: event.commandStatus,
    carrierMessageId: event.carrierMessageId,
    destination: event.destination,
    dueAtUnixMs: event.dueAtMs,
    code: event.code ?? '',
    encoding: encodingToWire(event.encoding),
    receiptExpected: event.receiptExpected,
  };
}

function receiptToWire(event: ReceiptReceived): WireReceipt {
  const { networkError } = event;
  return {
    connector: event.connector,
    carrierMessageIds: event.carrierMessageIds as string[],
    recipient: event.recipient,
    state: (receiptStates.indexOf(event.state) + 1) as WireReceipt['state'],
    stat: event.stat,
    error: event.error,
    networkError:
      networkError === undefined
        ? noOctets
        : Uint8Array.of(networkError.type, networkError.code >> 8, networkError.code & 0xff),
    doneDate: event.doneDate,
  };
}

function eventFromWire(wire: WireEvent): GatewayEvent {
  const { kind, atUnixMs: atMs } = wire;
  if (kind === undefined) throw new WireError('event.kind', 'missing or not known');
  if (kind.$case === 'receipt') return receiptFromWire(kind.value, atMs);
  if (kind.$case === 'received') {
    return { kind: 'received', atMs, received: receivedFromWire(kind.value.message) };
  }
  const at = { atMs, messageId: idFromWire(wire.messageId) };
  switch (kind.$case) {
    case 'routed':
      return {
        kind: 'routed',
        ...at,
        ...kind.value,
        message: messageFromWire(kind.value.message),
      };
    case 'scheduled': {
      const { message, dueAtUnixMs } = kind.value;
      return { kind: 'scheduled', ...at, message: messageFromWire(message), dueAtMs: dueAtUnixMs };
    }
    case 'concluded':
      return { kind: 'concluded', ...at, ...concludedFromWire(kind.value) };
    case 'outcome':
      return { kind: 'outcome', ...at, ...outcomeFromWire(kind.value) };
    case 'intent':
      return { kind: 'intent', ...at, ...kind.value };
    case 'notified': {
      const { way, endpoint, status } = kind.value;
      return {
        ...{ kind: 'notified', ...at, endpoint, way: way === 'smpp' ? way : 'webhook' },
        status: statusFromWire(status, 'notified.status'),
      };
    }
  }
}

function idFromWire(text: string): MessageId {
  const id = parseMessageId(text);
  if (id === undefined) throw new WireError('event.message_id', 'not a message id');
  return id;
}

function concludedFromWire(wire: WireConcluded): Omit<Concluded, 'kind' | 'atMs' | 'messageId'> {
  return {
    message: messageFromWire(wire.message),
    conclusion: conclusions[wire.conclusion - 1] ?? 'failed',
    code: isRejectionCode(wire.code) ? wire.code : 'internal',
    attempt: wire.attempt,
  };
}

function outcomeFromWire(wire: WireOutcome): Omit<Outcome, 'kind' | 'atMs' | 'messageId'> {
  const encoding = encodingFromWire(wire.encoding);
  const result = results[wire.result - 1];
  if (result === undefined) throw new WireError('outcome.result', 'not known');
  return {
    attempt: wire.attempt,
    part: wire.part,
    parts: wire.parts,
    connector: wire.connector,
    result,
    commandStatus: wire.commandStatus,
    carrierMessageId: wire.carrierMessageId,
    destination: wire.destination,
    dueAtMs: wire.dueAtUnixMs,
    ...(isRejectionCode(wire.code) ? { code: wire.code } : {}),
    ...(encoding === undefined ? {} : { encoding }),
    receiptExpected: wire.receiptExpected,
  };
}

function receiptFromWire(wire: WireReceipt, atMs: number): ReceiptReceived {
  const [type, high, low] = wire.networkError;
  return {
    kind: 'receipt',
    atMs,
    connector: wire.connector,
    carrierMessageIds: wire.carrierMessageIds,
    recipient: wire.recipient,
    state: receiptStates[wire.state - 1] ?? 'unknown',
    stat: wire.stat,
    error: wire.error,
    ...(type === undefined || high === undefined || low === undefined
      ? {}
      : { networkError: { type, code: high * 256 + low } }),
    doneDate: wire.doneDate,
  };
}
