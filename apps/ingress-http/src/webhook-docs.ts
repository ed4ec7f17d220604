// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** The webhooks of /openapi.json: what applications are told, with an example of each event. */
import { inboundMessageResource, messageResource, type KnownOfMessage } from '@sendium/contracts';
import { isFinal, rankOf, type Message, type MessageStatus } from '@sendium/message';
import { z } from 'zod';
import type { Example } from './examples.ts';
import { inboundMessageResponse, messageResponse } from './response-schema.ts';

const statuses = [
  ...['queued', 'sent', 'delivered', 'undelivered', 'expired', 'rejected', 'failed'],
  ...['canceled', 'unknown'],
] as MessageStatus[];

/** What a webhook is told of, except tests. */
export const eventTypes: readonly string[] = [
  ...statuses.map((status) => `message.${status}`),
  'message.received',
];

const timestamp = z.iso.datetime().describe('When it happened; the same on every repeat.');
const sequence = z
  .int()
  .describe('Rises with the states of a message: drop what is lower than what you have.');

/** Of a message that the application sent. */
export const messageEvent = z
  .strictObject({
    type: z.enum(statuses.map((status) => `message.${status}`)),
    timestamp,
    data: z.strictObject({ message: messageResponse, sequence }),
  })
  .meta({ description: 'A message that you sent came to a state.' });

/** Of an SMS from a mobile. */
export const receivedEvent = z
  .strictObject({
    type: z.literal('message.received'),
    timestamp,
    data: z.strictObject({ message: inboundMessageResponse, sequence }),
  })
  .meta({ description: 'An SMS from a mobile.' });

/** Of an operator who wants to see whether an endpoint works. */
export const testEvent = z
  .strictObject({
    type: z.literal('endpoint.test'),
    timestamp,
    data: z.strictObject({ endpoint: z.string().describe('As the configuration names it.') }),
  })
  .meta({ description: 'An operator tests the endpoint.' });

const acceptedAtMs = Date.UTC(2026, 10, 22, 9);
const sent: Message = {
  id: '019aab02f1c07b3e9d1f5a0c6e7b8d21' as Message['id'],
  account: 'demo',
  lane: 'normal',
  to: { ton: 1, npi: 1, value: '447700900123' },
  from: { ton: 5, npi: 0, value: 'ACME' },
  body: { kind: 'text', text: 'Hello', encoding: 'auto', flash: false },
  maxSegments: 10,
  acceptedAtMs,
  expiresAtMs: acceptedAtMs + 86_400_000,
  deliveryReport: 'all',
  clientReference: 'order-42',
  metadata: { campaign: 'spring' },
  origin: { ingress: 'http' },
  segments: 1,
  encoding: 'gsm7',
};

const errors: Partial<Record<MessageStatus, NonNullable<KnownOfMessage['error']>>> = {
  undelivered: { code: 'undeliverable', receiptError: '027', networkError: { type: 3, code: 27 } },
  expired: { code: 'message_expired' },
  rejected: { code: 'carrier_rejected', smppStatus: 0x0b },
  failed: { code: 'no_route' },
};
const neverSent: ReadonlySet<MessageStatus> = new Set(['queued', 'rejected', 'failed', 'canceled']);

function exampleOf(status: MessageStatus): Example {
  const atMs = acceptedAtMs + rankOf(status) * 1000;
  const error = errors[status];
  const message = messageResource(sent, {
    ...{ status, segments: 1, segmentsDelivered: status === 'delivered' ? 1 : 0 },
    encoding: 'gsm7',
    ...(neverSent.has(status) ? {} : { sentAtMs: acceptedAtMs + 500 }),
    ...(isFinal(status) ? { completedAtMs: atMs } : {}),
    ...(error === undefined ? {} : { error }),
  });
  const data = { message, sequence: rankOf(status) + 1 };
  return {
    summary: `A message is ${status}`,
    value: { type: `message.${status}`, timestamp: new Date(atMs).toISOString(), data },
  };
}

function receivedExample(): Example {
  const message = inboundMessageResource({
    ...{ id: '019aab03a2d17c4f8e2a6b1d7f8c9e32', connector: 'carrier', account: 'demo' },
    from: { ton: 1, npi: 1, value: '447700900456' },
    to: { ton: 0, npi: 1, value: '12345' },
    body: { kind: 'text', text: 'STOP' },
    ...{ udh: new Uint8Array(0), encoding: 'gsm7', dataCoding: 0, protocolId: 0 },
    ...{ segments: 1, segmentsMissing: 0, receivedAtMs: acceptedAtMs },
  });
  return {
    summary: 'An SMS from a mobile',
    value: {
      ...{ type: 'message.received', timestamp: new Date(acceptedAtMs).toISOString() },
      data: { message, sequence: 1 },
    },
  };
}

const testExample: Example = {
  summary: 'A test',
  value: {
    ...{ type: 'endpoint.test', timestamp: new Date(acceptedAtMs).toISOString() },
    data: { endpoint: 'main' },
  },
};

const header = (name: string, description: string): object => ({
  ...{ name, in: 'header', required: true, description, schema: { type: 'string' } },
});

const parameters = [
  header('webhook-id', 'One per message and status, for ever: the same on every repeat.'),
  header('webhook-timestamp', 'When this attempt was made, in seconds since 1970.'),
  header(
    'webhook-signature',
    '`v1,` or `v1a,` and a signature in base64, one for each secret, parted by blanks: of ' +
      '`<webhook-id>.<webhook-timestamp>.<body>` (Standard Webhooks 1.0.0).',
  ),
];

const responses = {
  '2XX': { description: 'Taken. Anything else, or none in time, is tried again for three days.' },
  410: { description: 'Never again: the endpoint is switched off.' },
  429: { description: 'Later: `Retry-After` is obeyed. So it is with 502, 503 and 504.' },
};

function webhook(schema: string, example: Example): object {
  const body = { schema: { $ref: `#/components/schemas/${schema}` }, examples: { example } };
  return {
    post: {
      summary: example.summary,
      ...{ parameters, security: [], responses },
      requestBody: { required: true, content: { 'application/json': body } },
    },
  };
}

/** The section `webhooks` of the document: a path item for each event. */
export function webhookItems(): Readonly<Record<string, object>> {
  return {
    ...Object.fromEntries(
      statuses.map((status) => [`message.${status}`, webhook('MessageEvent', exampleOf(status))]),
    ),
    'message.received': webhook('ReceivedEvent', receivedExample()),
    'endpoint.test': webhook('TestEvent', testExample),
  };
}
