// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What applications send: the schemas that requests are checked with, and of which /openapi.json is
 * made. They know shapes; what needs the account, the clock or the text's content is settled when
 * the message is composed. An optional field may be left out or null.
 */
import { requestedEncodings } from '@sendium/message';
import { z } from 'zod';

const day = 86_400;

/** How far ahead a message may be scheduled, in days. */
export const maxScheduleDays = 90;

/** `user:password@` before the host. */
const credentials = /^[^/]*\/\/[^/?#]*@/;

const wellFormed = 'is not well-formed Unicode';

/** A text that comes back as it was given: half a surrogate pair would not. */
const givenBack = (maxLength: number): z.ZodString =>
  z
    .string()
    .max(maxLength)
    .refine((text) => text.isWellFormed(), wellFormed);

const metadata = z
  .record(
    z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'must be 1 to 64 letters, digits, _ . -'),
    givenBack(512),
  )
  .refine((entries) => Object.keys(entries).length <= 20, 'has more than 20 entries')
  .describe('Up to 20 texts of your own; they come back with the message and its reports.');

const binary = z
  .strictObject({
    data: z.base64().min(4).max(52_000).describe('The octets to send.'),
    udh: z
      .base64()
      .max(188)
      .nullish()
      .describe('A user data header with its length octet. The whole must then fit in one part.'),
    data_coding: z.int().min(0).max(255).default(4).describe('The octet of that name in SMPP.'),
    protocol_id: z.int().min(0).max(255).default(0).describe('The octet of that name in SMPP.'),
  })
  .describe('Octets to send as they are, instead of a text.');

/** Fields of a message; `to` and `from` are parsed later, so that every problem is told at once. */
const fields = {
  to: z.string().max(40).describe('The recipient: an international number such as +447700900123.'),
  from: z
    .string()
    .max(40)
    .nullish()
    .describe(
      'The sender: an international number, a short code of 3 to 8 digits, or up to 11 GSM ' +
        "characters with a letter among them. Default: the account's sender.",
    ),
  text: z.string().nullish().describe('The text; it may need several parts.'),
  encoding: z
    .enum(requestedEncodings)
    .nullish()
    .describe('`auto` (the default) takes GSM-7 where it carries the text, else UCS-2.'),
  smart_encoding: z
    .boolean()
    .nullish()
    .describe(
      'Replaces curly quotes, dashes, invisible blanks and other look-alikes, but only if then the ' +
        'whole text fits GSM-7; `replacements` of the answer tells which. Default: false.',
    ),
  national_languages: z
    .array(z.enum(['turkish', 'spanish', 'portuguese']))
    .max(3)
    .nullish()
    .describe(
      'Whose tables of GSM-7 the text may use, instead of those that the account allows; `[]` for ' +
        "none. Handsets that do not know them show other letters. Default: the account's.",
    ),
  max_segments: z
    .int()
    .min(1)
    .max(255)
    .nullish()
    .describe("The message is refused if it has more parts. Default: the account's bound."),
  priority: z
    .enum(['high', 'normal', 'bulk'])
    .nullish()
    .describe(
      '`high` is for one-time codes, `bulk` for campaigns, and a flood of the latter never delays ' +
        'the former. Default: normal.',
    ),
  send_at: z.iso
    .datetime({ offset: true })
    .nullish()
    .describe(`When to send, at most ${maxScheduleDays} days ahead. Default: at once.`),
  validity_period: z
    .int()
    .min(30)
    .max(7 * day)
    .nullish()
    .describe(
      "Seconds, from `send_at` on, after which nobody tries any more. Default: the account's.",
    ),
  delivery_report: z
    .enum(['none', 'final', 'all'])
    .nullish()
    .describe(
      'Which states webhooks are told of: `none`, the `final` ones, or `all` from queued on. An ' +
        'endpoint that lists a single state is told of it with `final` too. Default: final.',
    ),
  client_reference: givenBack(128).min(1).nullish().describe('A reference of your own.'),
  metadata: metadata.nullish(),
  webhook_url: z
    .url({ protocol: /^https?$/, error: 'must be an absolute http or https URL' })
    .max(2048)
    .refine((url) => !credentials.test(url), 'must not hold credentials')
    .nullish()
    .describe(
      "Told of this message's states instead of the account's webhooks, and signed with the " +
        'secrets of the first of these: an account without any is refused it.',
    ),
  flash: z.boolean().nullish().describe('Shown at once and not stored (class 0). Default: false.'),
  binary: binary.nullish(),
};

/** The body of POST /v1/messages. */
export const messageRequest = z
  .strictObject(fields)
  .meta({ description: 'One message to one recipient.' });

/** What passed the shape: the fields of one message. */
export type MessageFields = z.output<typeof messageRequest>;

/** How many messages one batch may have. */
export const maxBatchItems = 1000;

/** Fields as in a message, but none required: what `defaults` may have. */
export const messageFields = z.strictObject(fields).partial();

/**
 * The body of POST /v1/messages/batch. Its messages are checked one by one after `defaults` were
 * merged in, so one wrong message refuses itself and not its neighbours. Wrong defaults refuse the
 * whole: merged into a thousand messages, a little nonsense would become a lot.
 */
export const batchRequest = z
  .strictObject({
    defaults: messageFields
      .nullish()
      .describe('Fields for every message that does not have them itself; same as there.'),
    messages: z
      .array(z.unknown())
      .min(1)
      .max(maxBatchItems)
      .describe(`1 to ${maxBatchItems} messages, each as in POST /v1/messages.`),
  })
  .meta({ description: 'Many messages, each accepted or refused by itself.' });
