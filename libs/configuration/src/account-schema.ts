// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { parseSender } from '@sendium/message';
import { z } from 'zod';
import { duration, name, network, secret } from './fields.ts';

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

const smpp = z.strictObject({
  system_id: z.string().min(1).max(15).describe('as the client binds with it'),
  password: secret,
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
});

const webhook = z.strictObject({
  name: name,
  url: z.url({ protocol: /^https?$/ }),
  secret: secret,
  events: z.array(z.string().min(1)).default(['final', 'message.received']),
});

/** One account: an application that sends and receives through the gateway. */
export const accountSchema = z.strictObject({
  rest: rest.optional(),
  smpp: smpp.optional(),
  tps: z.int().min(0).max(1_000_000).default(0).describe('messages a second; 0 is no limit'),
  default_sender: z
    .string()
    .refine(
      (text) => parseSender(text) !== undefined,
      'must be a number, a short code or up to 11 letters',
    )
    .optional()
    .describe('used when a message names no sender'),
  max_segments: z
    .int()
    .min(1)
    .max(255)
    .default(10)
    .describe('the cost guard for messages without their own'),
  validity: duration(60_000, 7 * day)
    .prefault('72h')
    .describe('how long a message without its own validity period is tried'),
  webhooks: z.array(webhook).max(20).default([]),
});

export type AccountDocument = z.output<typeof accountSchema>;
