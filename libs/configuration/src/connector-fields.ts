// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { z } from 'zod';
import { port, secret } from './fields.ts';

/** 0 to 255, in any notation of YAML. */
export const octet = z.int().min(0).max(255);

/** One place where a carrier listens. */
export const host = z.strictObject({ host: z.string().min(1), port });

/** How to speak TLS to a carrier. Certificates are PEM, usually `${file:/path}`. */
export const tls = z.strictObject({
  server_name: z
    .string()
    .min(1)
    .optional()
    .describe("the name in the carrier's certificate; the host when left out"),
  ca: secret.optional().describe("authorities to trust in place of the system's, in PEM"),
  cert: secret.optional().describe('our own certificate, in PEM, for carriers that ask for one'),
  key: secret.optional().describe('its key, in PEM'),
});

const tonNpi = z.strictObject({
  ton: z.int().min(0).max(255).describe('type of number'),
  npi: z.int().min(0).max(255).describe('numbering plan'),
});

const number = tonNpi.extend({
  plus: z.boolean().default(false).describe('whether numbers are written with a plus'),
});

/** How addresses are told to a carrier, by what they are. What is left out goes out as it came. */
export const addressing = z.strictObject({
  source: z
    .strictObject({
      international: number.optional().describe('numbers in E.164'),
      short: tonNpi.optional().describe('short codes, and numbers that are not in E.164'),
      alphanumeric: tonNpi.optional().describe('names'),
    })
    .prefault({}),
  destination: z
    .strictObject({
      international: number.optional().describe('numbers in E.164'),
      other: tonNpi.optional().describe('all else'),
    })
    .prefault({}),
});

/** The addresses that a bind is for; few carriers ask for them. */
export const bindAddress = z.strictObject({
  ton: z.int().min(0).max(255).default(0),
  npi: z.int().min(0).max(255).default(0),
  range: z.string().max(40).default(''),
});

/** A TLV of every submit_sm: its value as text or as hexadecimal digits. */
export const submitTlv = z
  .strictObject({
    tag: z.int().min(1).max(0xffff),
    text: z.string().max(255).optional().describe('ends in a zero octet'),
    hex: z
      .string()
      .regex(/^([0-9a-f]{2}){0,255}$/i, 'must be pairs of hexadecimal digits')
      .optional(),
  })
  .refine(({ text, hex }) => (text === undefined) !== (hex === undefined), 'needs `text` or `hex`')
  .transform(({ tag, text, hex }) => ({
    tag,
    value: text === undefined ? Buffer.from(hex ?? '', 'hex') : Buffer.from(`${text}\0`, 'latin1'),
  }));
