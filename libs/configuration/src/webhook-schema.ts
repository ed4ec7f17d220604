// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { z } from 'zod';
import { duration, name, secret, type SecretReference } from './fields.ts';

const minute = 60_000;
const day = 86_400_000;

/** What a webhook may be told of. */
export const webhookEvents = [
  'message.queued',
  'message.sent',
  'message.delivered',
  'message.undelivered',
  'message.expired',
  'message.rejected',
  'message.failed',
  'message.canceled',
  'message.unknown',
  'message.received',
] as const;

const eventFilter = z.enum(['all', 'final', ...webhookEvents]);

const hmacSecret = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const signingKey = /^whsk_([A-Za-z0-9+/]+={0,2})$/;

/** Whether this is a key that a webhook can be signed with (Standard Webhooks 1.0.0). */
export function isWebhookSecret(text: string): boolean {
  const octets = octetsOf(hmacSecret.exec(text)?.[1]);
  if (octets !== undefined) return octets >= 24 && octets <= 64;
  const seed = octetsOf(signingKey.exec(text)?.[1]);
  return seed === 32 || seed === 64;
}

function octetsOf(base64: string | undefined): number | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64').length;
}

const webhookSecret = secret.refine(
  (reference: SecretReference) => reference.kind !== 'literal' || isWebhookSecret(reference.value),
  'must be whsec_ with 24 to 64 octets in base64, whsk_ with an ed25519 key, or refer to such',
);

/** An endpoint of an application that is told of reports and inbound SMS. */
export const webhookSchema = z.strictObject({
  name: name,
  url: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !/^[^/]*\/\/[^/]*@/.test(url), 'must not hold credentials'),
  secret: z
    .union([webhookSecret.transform((one) => [one]), z.array(webhookSecret).min(1).max(2)])
    .describe(
      'secret: `${env:NAME}` or `${file:/path}` with `whsec_…` (HMAC) or `whsk_…` (ed25519); a list of two while one takes the place of the other',
    ),
  events: z
    .array(eventFilter)
    .min(1)
    .default(['final', 'message.received'])
    .describe(
      '`final`: the ends of messages, and what comes before for messages with `delivery_report: all`; `all`; or single ones',
    ),
  payload: z
    .enum(['full', 'thin'])
    .default('full')
    .describe('`thin` leaves out texts and masks numbers'),
  concurrency: z.int().min(1).max(1000).default(16).describe('calls at the same time, per process'),
  timeout: duration(100, 60_000).prefault('15s').describe('for a call, answer included'),
  disable_after: duration(minute, 30 * day)
    .prefault('5d')
    .describe('of nothing but failures, after which the endpoint is switched off'),
});

export type WebhookDocument = z.output<typeof webhookSchema>;

/** An endpoint of an application, ready to work by. */
export interface WebhookEndpoint {
  readonly name: string;
  readonly url: string;
  /** One, or two while one takes the place of the other. */
  readonly secrets: readonly SecretReference[];
  readonly events: ReadonlySet<WebhookDocument['events'][number]>;
  readonly payload: 'full' | 'thin';
  /** Calls at the same time, per process. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly disableAfterMs: number;
}

/** Turns what a document says of an endpoint into what services work by. */
export function toWebhookEndpoint(raw: WebhookDocument): WebhookEndpoint {
  const { name: called, url, payload, concurrency } = raw;
  return {
    name: called,
    ...{ url, payload, concurrency },
    secrets: raw.secret,
    events: new Set(raw.events),
    timeoutMs: raw.timeout,
    disableAfterMs: raw.disable_after,
  };
}
