// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { clientAlphabets, lanes, parseSender } from '@sendium/message';
import { z } from 'zod';
import { duration, network, secret } from './fields.ts';
import { webhookSchema } from './webhook-schema.ts';

const day = 86_400_000;

const keyHash = /^sha256:[0-9a-f]{64}$/i;

const rest = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(64).describe('how the key is called in logs'),
        hash: secret
          .refine(
            (reference) => reference.kind !== 'literal' || keyHash.test(reference.value),
            'must be sha256: and 64 hex digits, or refer to such',
          )
          .describe('secret: `sha256:` and the hex digest of the key'),
      }),
    )
    .max(20)
    .default([])
    .describe('keys for the REST API, stored hashed'),
});

const sender = z
  .string()
  .refine(
    (text) => parseSender(text) !== undefined,
    'must be a number, a short code or up to 11 letters',
  );

const smpp = z.strictObject({
  system_id: z.string().min(1).max(15).describe('as the client binds with it'),
  password: secret,
  bind_types: z
    .array(z.enum(['transmitter', 'receiver', 'transceiver']))
    .min(1)
    .default(['transmitter', 'receiver', 'transceiver'])
    .describe('how it may bind'),
  binds: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('binds at the same time, over all processes'),
  window: z.int().min(1).max(1000).default(50).describe('unanswered requests per bind'),
  networks: z
    .array(network)
    .optional()
    .describe('from where it may bind; everywhere when left out'),
  default_alphabet: z.enum(clientAlphabets).default('gsm7').describe('what data_coding 0 means'),
  lane: z
    .enum(lanes)
    .default('normal')
    .describe('for priority_flag 0 and 1; 2 and 3 go by the lane `priority`'),
  client_parts: z
    .enum(['pass', 'join'])
    .default('pass')
    .describe(
      'what becomes of parts that the client cut itself: sent as they are, or joined first and cut anew as the carrier wants',
    ),
  message_ids: z
    .enum(['full', 'hex8', 'decimal'])
    .default('full')
    .describe('the ids it is given; binds of version 3.3 get `hex8` in any case'),
  receipts: z
    .strictObject({
      window: z.int().min(1).max(1000).default(20).describe('unanswered deliver_sm per bind'),
      response: duration(100, 10 * 60_000)
        .prefault('30s')
        .describe('for the answer to deliver_sm'),
      time_zone: z
        .string()
        .regex(/^[+-](0\d|1[0-4]):[0-5]\d$/, 'must be an offset such as +02:00')
        .default('+00:00')
        .describe('of the dates in receipts'),
      text: z.boolean().default(false).describe('whether receipts repeat the first 20 characters'),
    })
    .prefault({}),
});

/** One account: an application that sends and receives through the gateway. */
export const accountSchema = z.strictObject({
  rest: rest.optional(),
  smpp: smpp.optional(),
  tps: z.int().min(0).max(1_000_000).default(0).describe('messages a second; 0 is no limit'),
  default_sender: sender.optional().describe('used when a message names no sender'),
  senders: z
    .array(sender)
    .min(1)
    .max(1000)
    .optional()
    .describe('what it may send as; anything when left out'),
  max_segments: z
    .int()
    .min(1)
    .max(255)
    .default(10)
    .describe('the cost guard for messages without their own'),
  validity: duration(60_000, 7 * day)
    .prefault('72h')
    .describe('how long a message without its own validity period is tried'),
  national_languages: z
    .array(z.enum(['turkish', 'spanish', 'portuguese']))
    .max(3)
    .default([])
    .describe(
      'whose tables of GSM-7 its texts may use; handsets that do not know them show other letters',
    ),
  webhooks: z
    .array(webhookSchema)
    .max(20)
    .default([])
    .describe('told of what became of messages that came by REST, and of SMS from mobiles'),
});

export type AccountDocument = z.output<typeof accountSchema>;
