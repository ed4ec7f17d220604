// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { z } from 'zod';
import { addressing, bindAddress, host, octet, submitTlv, tls } from './connector-fields.ts';
import { carrierAlphabet, receiptDetection, ucs2ByteOrder } from './carrier-schema.ts';
import { duration, name, port, secret } from './fields.ts';
import { statusPolicy } from './status-policy-field.ts';

const day = 86_400_000;
const minute = 60_000;

const timers = z.strictObject({
  bind: duration(100, 5 * minute)
    .prefault('10s')
    .describe('for the answer to a bind'),
  response: duration(100, 10 * minute)
    .prefault('30s')
    .describe('for the answer to submit_sm'),
  enquire_link: duration(100, 30 * minute)
    .prefault('30s')
    .describe('silence after which the link is probed; three probes unanswered end it'),
  bind_release: duration(0, day)
    .prefault('60s')
    .describe(
      'before a bind slot that was not given back is used again: more than the carrier takes to drop a silent bind',
    ),
  reconnect: duration(10, minute)
    .prefault('1s')
    .describe('first pause before binding again; doubles'),
  reconnect_max: duration(10, 60 * minute)
    .prefault('30s')
    .describe('longest such pause'),
  refused: duration(100, 60 * minute)
    .prefault('15s')
    .describe('first pause after refused credentials; doubles'),
  refused_max: duration(100, day).prefault('5m').describe('longest such pause'),
  throttle: duration(1, minute)
    .prefault('1s')
    .describe('first pause after ESME_RTHROTTLED; doubles'),
  throttle_max: duration(1, 10 * minute)
    .prefault('10s')
    .describe('longest such pause'),
});

const idFormat = z.enum(['auto', 'string', 'hex', 'decimal']);

/** One connector: the links to one carrier under one contract. */
export const connectorSchema = z.strictObject({
  host: z.string().min(1).optional().describe('with `port`; or `hosts`'),
  port: port.optional(),
  hosts: z.array(host).min(1).max(16).optional().describe('in place of `host` and `port`'),
  host_order: z
    .enum(['standby', 'round_robin'])
    .default('standby')
    .describe('`standby`: the first that works; `round_robin`: the binds take turns'),
  tls: tls.optional().describe('speaks TLS 1.2 or newer; `tls: {}` with nothing to say'),
  interface_version: z
    .enum(['3.3', '3.4', '5.0'])
    .default('3.4')
    .describe('as the bind says; with 3.3 no TLVs are sent'),
  tlvs: z.boolean().default(true).describe('whether the carrier takes TLVs at all'),
  system_id: z.string().max(15),
  password: secret,
  system_type: z.string().max(12).default(''),
  bind_address: bindAddress
    .prefault({})
    .describe('addr_ton, addr_npi and address_range of the bind'),
  mode: z
    .enum(['transceiver', 'separate'])
    .default('transceiver')
    .describe('`separate` binds a transmitter and a receiver'),
  binds: z.int().min(1).max(100).default(1).describe('pairs where they are separate'),
  window: z.int().min(1).max(1000).default(10).describe('unanswered submit_sm per bind'),
  tps: z
    .number()
    .min(0)
    .max(100_000)
    .default(0)
    .describe('submit_sm a second over all binds; 0 is no limit'),
  timers: timers.prefault({}),
  long_message: z.enum(['udh8', 'udh16', 'sar', 'payload']).default('udh8'),
  default_alphabet: carrierAlphabet,
  receipt_detection: receiptDetection,
  ucs2_byte_order: ucs2ByteOrder,
  on_unknown_outcome: z
    .enum(['resend', 'park'])
    .default('resend')
    .describe('what to do with a submit_sm whose answer was never seen'),
  id_format: z
    .strictObject({ response: idFormat.default('auto'), receipt: idFormat.default('auto') })
    .prefault({})
    .describe('how the carrier writes its message ids; `auto` tries all readings'),
  status_policy: statusPolicy.prefault({}),
  retry_delays: z
    .array(duration(1, day))
    .max(20)
    .prefault(['5s', '15s', '60s', '5m', '15m'])
    .describe('before the attempts that follow a temporary error; then the next target'),
  addressing: addressing.prefault({}).describe('type and numbering plan of addresses'),
  service_type: z
    .string()
    .max(5)
    .default('')
    .describe('of submit_sm, where the message says nothing else'),
  esm_class: octet
    .default(0)
    .describe(
      'of submit_sm, where the message says nothing else; 0x40 is set where there is a header',
    ),
  protocol_id: octet.default(0).describe('of submit_sm, where the message says nothing else'),
  priority_flag: z
    .int()
    .min(0)
    .max(3)
    .default(0)
    .describe('of submit_sm, where the message says nothing else'),
  validity: z
    .enum(['relative', 'absolute', 'none'])
    .default('relative')
    .describe(
      "how submit_sm says what is left of a message's validity; `none` leaves it to the carrier",
    ),
  validity_max: duration(1_000, 30 * day)
    .prefault('30d')
    .describe('the longest that the carrier is asked for'),
  registered_delivery: z
    .union([z.literal('asked'), octet])
    .default('asked')
    .describe('`asked`: as the message asks; or one octet for every message'),
  submit_tlvs: z
    .array(submitTlv)
    .max(32)
    .default([])
    .describe('TLVs that every submit_sm carries; one of the message with the same tag wins'),
  group: name
    .optional()
    .describe('connectors that share receipts; the connector itself when left out'),
});

export type ConnectorDocument = z.output<typeof connectorSchema>;
