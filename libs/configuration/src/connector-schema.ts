// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { z } from 'zod';
import { duration, name, port, secret } from './fields.ts';

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
    .describe('before a slot that was not given back is used again'),
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
  host: z.string().min(1),
  port: port,
  system_id: z.string().max(15),
  password: secret,
  system_type: z.string().max(12).default(''),
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
  default_alphabet: z.enum(['gsm7', 'gsm7_packed', 'latin1', 'ascii', 'utf8']).default('gsm7'),
  on_unknown_outcome: z
    .enum(['resend', 'park'])
    .default('resend')
    .describe('what to do with a submit_sm whose answer was never seen'),
  id_format: z
    .strictObject({ response: idFormat.default('auto'), receipt: idFormat.default('auto') })
    .prefault({})
    .describe('how the carrier writes its message ids; `auto` tries all readings'),
  group: name
    .optional()
    .describe('connectors that share receipts; the connector itself when left out'),
});

export type ConnectorDocument = z.output<typeof connectorSchema>;
