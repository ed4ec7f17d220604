// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { createMessageId, type Message, type MessageId } from '@sendium/message';
import type { OutcomeFact, RoutedFact } from '@sendium/receipts';
import type { ParkedReceipt } from './message-store.ts';

/** Samples for the store's tests. */
export const startMs = 1_800_000_000_000;

/** The id of a message made so many milliseconds after the start. */
export function sampleId(afterMs: number, random = 0): MessageId {
  return createMessageId(startMs + afterMs, new Uint8Array(10).fill(random));
}

export function sampleMessage(id: MessageId, fields: Partial<Message> = {}): Message {
  return {
    id,
    account: 'demo',
    lane: 'normal',
    to: { ton: 1, npi: 1, value: '447700900123' },
    from: { ton: 5, npi: 0, value: 'ACME' },
    body: { kind: 'text', text: 'Grüße 👋', encoding: 'auto', flash: false },
    maxSegments: 10,
    acceptedAtMs: startMs,
    expiresAtMs: startMs + 86_400_000,
    deliveryReport: 'final',
    metadata: { order: '42' },
    origin: { ingress: 'http' },
    segments: 1,
    encoding: 'ucs2',
    ...fields,
  };
}

export function sampleRouted(id: MessageId, fields: Partial<Message> = {}): RoutedFact {
  const message = sampleMessage(id, fields);
  return {
    kind: 'routed',
    ...{ atMs: startMs + 1, message, attempt: 0, route: 'all', connector: 'sim' },
  };
}

export function sampleOutcome(carrierMessageId: string, atMs = startMs + 2): OutcomeFact {
  return {
    kind: 'outcome',
    ...{ atMs, attempt: 0, part: 1, parts: 1, connector: 'sim', result: 'submitted' },
    ...{ commandStatus: 0, carrierMessageId, carrierKey: `sim/${carrierMessageId}` },
    destination: '447700900123',
  };
}

export function sampleParked(id: string, keys: readonly string[], atMs = startMs): ParkedReceipt {
  return {
    ...{ id, group: 'sim', keys, recipient: '447700900123', carrierMessageIds: ['77'] },
    receipt: {
      kind: 'receipt',
      ...{ atMs, connector: 'sim', carrierMessageId: '77', state: 'delivered', stat: 'DELIVRD' },
      ...{ error: '000', doneDate: '2611221504' },
    },
  };
}
