// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { randomBytes } from 'node:crypto';
import { sampleMessage } from '@sendium/backbone';
import type { EndpointTest, Received, Report } from '@sendium/contracts';
import type { Message, MessageStatus } from '@sendium/message';

/** The report of a message that came by REST; `over` replaces fields. */
export function sampleReport(
  status: MessageStatus = 'delivered',
  message: Message = sampleMessage(),
  over: Partial<Report> = {},
): Report {
  return {
    kind: 'report',
    messageId: message.id,
    account: message.account,
    ...{ status, message, to: message.to, from: message.from, tries: 0 },
    ...{ atMs: message.acceptedAtMs + 1000, acceptedAtMs: message.acceptedAtMs },
    ...{ segments: 1, segmentsDelivered: status === 'delivered' ? 1 : 0, encoding: 'gsm7' },
    ...(status === 'queued' ? {} : { sentAtMs: message.acceptedAtMs + 500 }),
    ...over,
  };
}

/** An SMS from a mobile. */
export function sampleReceived(over: Partial<Received['message']> = {}): Received {
  return {
    kind: 'received',
    tries: 0,
    message: {
      ...{ id: randomBytes(16).toString('hex'), connector: 'first', account: 'demo', rule: 'all' },
      from: { ton: 1, npi: 1, value: '447700900456' },
      to: { ton: 0, npi: 1, value: '12345' },
      body: { kind: 'text', text: 'STOP' },
      ...{ udh: new Uint8Array(0), encoding: 'gsm7', dataCoding: 0, protocolId: 0 },
      ...{ segments: 1, segmentsMissing: 0, receivedAtMs: Date.now() },
      ...over,
    },
  };
}

/** A test of an endpoint, or of all. */
export function sampleTest(endpoint?: string): EndpointTest {
  const id = `test-${randomBytes(8).toString('hex')}`;
  const named = endpoint === undefined ? {} : { endpoint };
  return { kind: 'endpoint_test', id, account: 'demo', atMs: Date.now(), tries: 0, ...named };
}
