// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/** What applications are answered: documentation for them, a check of the answers for our tests. */
import type { InboundMessageResource, MessageResource } from '@sendium/contracts';
import { encodings, messageStatuses, rejections, type RejectionCode } from '@sendium/message';
import { z } from 'zod';

const time = z.iso.datetime();
const codes = Object.keys(rejections) as [RejectionCode, ...RejectionCode[]];

const status = z.enum(messageStatuses);

const messageError = z.strictObject({
  code: z.string(),
  title: z.string(),
  permanent: z.boolean().describe('Whether sending the same again can help.'),
  smpp_status: z
    .string()
    .regex(/^0x[0-9A-F]{8}$/)
    .optional()
    .describe("The carrier's answer to submit_sm."),
  receipt_error: z.string().optional().describe("`err` of the carrier's receipt, as given."),
  network_error: z.strictObject({ type: z.string(), code: z.int() }).optional(),
});

const encoding = z.enum(encodings);

const binaryResponse = z.strictObject({
  data: z.string(),
  udh: z.string(),
  data_coding: z.int(),
  protocol_id: z.int(),
});

export const messageResponse = z
  .strictObject({
    id: z.string().regex(/^[0-9a-f]{32}$/),
    object: z.literal('message'),
    direction: z.literal('outbound'),
    from: z.string(),
    to: z.string(),
    text: z.string().nullable(),
    binary: binaryResponse.nullable(),
    flash: z.boolean(),
    encoding,
    segments: z.int().describe('As counted at acceptance; once sent, as really sent.'),
    segments_delivered: z.int(),
    status,
    final: z
      .boolean()
      .describe('Whether the status can still change (`unknown` may, by a late receipt).'),
    priority: z.enum(['high', 'normal', 'bulk']),
    delivery_report: z.enum(['none', 'final', 'all']),
    client_reference: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    batch_id: z.string().nullable(),
    created_at: time,
    send_at: time.nullable(),
    expires_at: time,
    sent_at: time.nullable(),
    completed_at: time.nullable(),
    error: messageError.nullable(),
  })
  .meta({ description: 'A message and what is known of it.' });

// What is promised is what is given.
messageResponse satisfies z.ZodType<MessageResource>;

const replacements = z
  .array(
    z.strictObject({
      position: z.int().describe('Index in the text as it was given, in UTF-16 units.'),
      from: z.string(),
      to: z.string().describe('Empty where the character was left out.'),
    }),
  )
  .describe('What smart encoding changed, in order.');

export const acceptedResponse = messageResponse
  .extend({ replacements: replacements.optional() })
  .meta({ description: 'A message that was accepted.' });

export const previewResponse = z
  .strictObject({
    object: z.literal('preview'),
    from: z.string(),
    to: z.string(),
    encoding,
    data_coding: z.int().describe('The octet of that name in SMPP.'),
    segments: z.int(),
    units: z.int().describe('Septets, octets or UTF-16 units of the whole, headers not counted.'),
    parts: z.array(
      z.strictObject({
        text: z.string().nullable(),
        units: z.int(),
        octets: z.int().describe('On the way to the carrier, with the header where there is one.'),
      }),
    ),
    replacements,
    route: z.string().nullable().describe('Null when no route leads to the number.'),
    connector: z
      .string()
      .nullable()
      .describe('Which would send it; null when none can, and then the defaults are counted by.'),
    passed_over: z.array(z.string()).describe('Connectors before it that cannot carry this.'),
  })
  .meta({ description: 'What would be sent if this were sent now.' });

/** What would be sent, as JSON has it. */
export type PreviewResource = z.output<typeof previewResponse>;

export const inboundMessageResponse = z
  .strictObject({
    id: z.string().regex(/^[0-9a-f]{32}$/),
    object: z.literal('message'),
    direction: z.literal('inbound'),
    from: z.string().describe('In E.164 where it is such a number.'),
    to: z.string().describe('As the carrier gave it.'),
    text: z.string().nullable(),
    binary: binaryResponse.nullable(),
    encoding,
    segments: z.int().describe('Parts that it came in.'),
    segments_missing: z.int().describe('Parts that never came; the text lacks them.'),
    status: z.literal('received'),
    final: z.literal(true),
    connector: z.string(),
    received_at: time,
  })
  .meta({ description: 'An SMS from a mobile.' });

inboundMessageResponse satisfies z.ZodType<InboundMessageResource>;

export const inboundMessagesResponse = z
  .strictObject({
    data: z.array(inboundMessageResponse),
    next_cursor: z.string().nullable().describe('For what is older; null when there is no more.'),
  })
  .meta({ description: 'SMS from mobiles, the newest first.' });

const fieldError = z.strictObject({
  pointer: z.string().describe('JSON pointer to the field, as a URI fragment.'),
  code: z.enum(codes),
  detail: z.string(),
});

const problemMembers = {
  type: z.string().describe('Where the code is explained, relative to this server.'),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(codes).describe('What to switch on.'),
  errors: z.array(fieldError).optional(),
};

const itemProblem = z.strictObject(problemMembers);

const batchResults = z.array(
  z.union([
    z.strictObject({
      index: z.int(),
      id: z.string(),
      status: z.literal('accepted'),
      encoding: z.string(),
      segments: z.int(),
      replacements: replacements.optional(),
    }),
    z.strictObject({ index: z.int(), error: itemProblem }),
  ]),
);

export const problemResponse = z
  .strictObject({
    ...problemMembers,
    instance: z.string(),
    request_id: z.string(),
    results: batchResults.optional().describe('Of a batch of which nothing was accepted.'),
  })
  .meta({ description: 'RFC 9457, with a code to switch on.' });

export const batchResponse = z
  .strictObject({
    id: z.string().regex(/^bat_[0-9a-f]{32}$/),
    object: z.literal('batch'),
    accepted: z.int(),
    rejected: z.int(),
    results: batchResults.describe('One for each message, in order; pointers are relative to it.'),
  })
  .meta({ description: 'What became of each message of a batch.' });

/** What became of each message of a batch. */
export type BatchResults = z.output<typeof batchResults>;

export const eventsResponse = z
  .strictObject({
    data: z.array(
      z.strictObject({
        type: z
          .string()
          .describe(
            'accepted, scheduled, routed, submitted, receipt, retry, failed, canceled or notified.',
          ),
        at: time,
        route: z.string().optional(),
        connector: z.string().optional(),
        attempt: z.int().optional(),
        part: z.int().optional(),
        carrier_message_id: z.string().optional(),
        smpp_status: z.string().optional(),
        stat: z.string().optional(),
        err: z.string().optional(),
        code: z.string().optional(),
        way: z.string().optional().describe('By which an application was notified.'),
        endpoint: z.string().optional(),
        status: z.string().optional().describe('Of which it was notified.'),
      }),
    ),
  })
  .meta({ description: 'What happened to a message, in order of time.' });

/** A message's timeline as JSON has it. */
export type EventsResource = z.output<typeof eventsResponse>;
