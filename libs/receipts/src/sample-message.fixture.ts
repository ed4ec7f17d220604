// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { createMessageId, type Message } from '@sendium/message';

export const startMs = 1_800_000_000_000;

/** A message that was accepted at the start; `over` replaces fields. */
export function sampleMessage(over: Partial<Message> = {}): Message {
  return {
    id: createMessageId(startMs, new Uint8Array(10)),
    account: 'demo',
    lane: 'normal',
    to: { ton: 1, npi: 1, value: '447700900123' },
    from: { ton: 5, npi: 0, value: 'ACME' },
    body: { kind: 'text', text: 'Hello', encoding: 'auto', flash: false },
    maxSegments: 10,
    acceptedAtMs: startMs,
    expiresAtMs: startMs + 86_400_000,
    deliveryReport: 'all',
    metadata: {},
    origin: { ingress: 'http' },
    segments: 1,
    encoding: 'gsm7',
    ...over,
  };
}
