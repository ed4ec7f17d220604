// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { z } from 'zod';
import { name, network, secret, type SecretReference } from './fields.ts';

/** How receipts and SMS from mobiles are told apart. */
export const receiptDetection = z
  .enum(['auto', 'esm_class', 'content'])
  .default('auto')
  .describe(
    '`auto`: by esm_class, and by the content where that is 0; `esm_class`: by that alone; `content`: never by it, for carriers that set it wrongly',
  );

/** What data_coding 0 means to a carrier. */
export const carrierAlphabet = z
  .enum(['gsm7', 'gsm7_packed', 'latin1', 'ascii', 'utf8'])
  .default('gsm7');

/** In which order a carrier writes the octets of UCS-2. */
export const ucs2ByteOrder = z
  .enum(['big', 'little'])
  .default('big')
  .describe('of UCS-2 in what it sends, where no byte order mark says so; `big` as SMPP says');

/** A carrier that binds to us, and gives us SMS from mobiles and receipts. */
export const carrierSchema = z.strictObject({
  system_id: z.string().min(1).max(15).describe('as the carrier binds with it'),
  password: secret,
  binds: z.int().min(1).max(100).default(2).describe('binds at the same time, over all processes'),
  networks: z
    .array(network)
    .optional()
    .describe('from where it may bind; everywhere when left out'),
  group: name
    .optional()
    .describe('whose receipts it brings: a group of connectors; itself when left out'),
  receipt_detection: receiptDetection,
  default_alphabet: carrierAlphabet,
  ucs2_byte_order: ucs2ByteOrder,
});

export type CarrierDocument = z.output<typeof carrierSchema>;
export type ReceiptDetection = z.output<typeof receiptDetection>;

/** What one must know of a carrier to read what it sends. */
export interface InboundSource {
  readonly name: string;
  /** Whose receipts it brings. */
  readonly group: string;
  readonly receiptDetection: ReceiptDetection;
  /** What data_coding 0 means. */
  readonly defaultAlphabet: z.output<typeof carrierAlphabet>;
  /** Of UCS-2 in what it sends, where no byte order mark says so. */
  readonly ucs2ByteOrder: z.output<typeof ucs2ByteOrder>;
}

/** A carrier that binds to us, ready to work by. */
export interface Carrier extends InboundSource {
  readonly systemId: string;
  readonly password: SecretReference;
  /** At the same time, over all processes. */
  readonly maxBinds: number;
  /** In CIDR form; everywhere when left out. */
  readonly networks?: readonly string[];
}

/** Turns what a document says of a carrier into what services work by. */
export function toCarrier(called: string, raw: CarrierDocument): Carrier {
  return {
    name: called,
    group: raw.group ?? called,
    receiptDetection: raw.receipt_detection,
    defaultAlphabet: raw.default_alphabet,
    ucs2ByteOrder: raw.ucs2_byte_order,
    systemId: raw.system_id,
    password: raw.password,
    maxBinds: raw.binds,
    ...(raw.networks === undefined ? {} : { networks: raw.networks }),
  };
}
