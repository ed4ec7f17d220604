// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { z } from 'zod';
import { accountSchema } from './account-schema.ts';
import { carrierSchema } from './carrier-schema.ts';
import { connectorSchema } from './connector-schema.ts';
import { name, network } from './fields.ts';

const oneOrMany = <T extends z.ZodType>(item: T) =>
  z.union([item.transform((one) => [one]), z.array(item).min(1)]);

const prefix = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^\d{1,15}$/, 'must be 1 to 15 digits, without a plus'));

const route = z.strictObject({
  name: name,
  match: z
    .strictObject({
      account: oneOrMany(name).optional(),
      to: z.strictObject({ prefix: oneOrMany(prefix) }).optional(),
    })
    .default({})
    .describe('every condition must hold; without one the rule is the default route'),
  send_to: z.array(name).min(1).describe('connectors, the preferred one first'),
});

const inbound = z.strictObject({
  name: name,
  match: z
    .strictObject({
      to: z.union([z.string(), z.number()]).transform(String).optional(),
      connector: name.optional(),
    })
    .default({})
    .describe('every condition must hold; without one the rule takes what is left'),
  deliver_to: z.strictObject({
    account: name,
    by: oneOrMany(z.enum(['webhook', 'smpp']))
      .optional()
      .describe('every way that the account has when left out'),
  }),
});

/** `sendium.yaml`, validated as a whole. */
export const documentSchema = z.strictObject({
  version: z.literal(1),
  accounts: z.record(name, accountSchema).default({}),
  connectors: z.record(name, connectorSchema).default({}),
  carriers: z
    .record(name, carrierSchema)
    .default({})
    .describe('carriers that bind to us, for SMS from mobiles and receipts'),
  routes: z.array(route).default([]).describe('the first rule that fits decides'),
  inbound: z
    .array(inbound)
    .default([])
    .describe('whose an SMS from a mobile is: the first rule that fits decides'),
  webhooks: z
    .strictObject({ allow_networks: z.array(network).default([]) })
    .prefault({})
    .describe('private networks that webhooks may reach'),
});

export type ConfigurationDocument = z.output<typeof documentSchema>;
