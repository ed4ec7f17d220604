// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import type { SubmitItem } from '@sendium/contracts';
import { createMessageId, messageIdRandomBytes, type Message } from '@sendium/message';

/** A message as ingress-http would have accepted it just now; `over` replaces fields. */
export function sampleMessage(over: Partial<Message> = {}): Message {
  const nowMs = Date.now();
  return {
    id: createMessageId(nowMs, randomBytes(messageIdRandomBytes)),
    account: 'demo',
    lane: 'normal',
    to: { ton: 1, npi: 1, value: '447700900123' },
    from: { ton: 5, npi: 0, value: 'ACME' },
    body: { kind: 'text', text: 'Hello', encoding: 'auto', flash: false },
    maxSegments: 10,
    acceptedAtMs: nowMs,
    expiresAtMs: nowMs + 3_600_000,
    deliveryReport: 'final',
    metadata: {},
    origin: { ingress: 'http' },
    segments: 1,
    encoding: 'gsm7',
    ...over,
  };
}

/** The message's first attempt. */
export function sampleItem(over: Partial<Message> = {}): SubmitItem {
  return { message: sampleMessage(over), attempt: 0, history: [], partsDone: [] };
}
