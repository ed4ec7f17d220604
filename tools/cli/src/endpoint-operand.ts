// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Bus } from '@sendium/bus';
import type { WebhookEndpoint } from '@sendium/configuration';

import { CommandError, UsageError } from './errors.ts';
import { needConfiguration } from './gateway-configuration.ts';

/** An endpoint that stands in the configuration. */
export interface NamedEndpoint {
  readonly account: string;
  readonly endpoint: WebhookEndpoint;
}

/** Finds `ACCOUNT/ENDPOINT`. Throws `UsageError`, and `CommandError` when there is no such endpoint. */
export async function namedEndpoint(bus: Bus, operand: string): Promise<NamedEndpoint> {
  const [account = '', name, ...more] = operand.split('/');
  if (account === '' || name === undefined || name === '' || more.length > 0) {
    throw new UsageError(`${operand}: give ACCOUNT/ENDPOINT`);
  }
  const { accounts } = await needConfiguration(bus);
  const webhooks = accounts.get(account)?.webhooks;
  if (webhooks === undefined) throw new CommandError(`There is no account ${account}.`);
  const endpoint = webhooks.find((each) => each.name === name);
  if (endpoint !== undefined) return { account, endpoint };
  const known = webhooks.map((each) => each.name).join(', ') || 'none';
  throw new CommandError(`Account ${account} has no webhook ${name}; there is ${known}.`);
}
