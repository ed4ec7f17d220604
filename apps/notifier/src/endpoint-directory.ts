// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { BusLog, FollowedConfiguration } from '@sendium/bus';
import {
  isWebhookSecret,
  resolveSecret,
  type Account,
  type Configuration,
  type SecretSource,
  type WebhookEndpoint,
} from '@sendium/configuration';
import { createWebhookSigner } from './webhook-signer.ts';
import type { WebhookTarget } from './webhook-target.ts';

/** The endpoints of every account that has some, in the order of the document. */
export type WebhookAccounts = ReadonlyMap<string, readonly WebhookTarget[]>;

/** What reading secrets needs. */
export interface DirectoryOptions {
  readonly readEnv: SecretSource['env'];
  readonly log: BusLog;
}

/** Calls back with the endpoints of the configuration in force, now and after each change. */
export function followEndpoints(
  configuration: Pick<FollowedConfiguration, 'current' | 'onChange'>,
  options: DirectoryOptions,
  adopt: (accounts: WebhookAccounts, current: Configuration) => void,
): void {
  const source = {
    env: options.readEnv,
    file: (path: string): string => readFileSync(path, 'utf8'),
  };
  const take = (current: Configuration): void => {
    adopt(targetsOf(current, source, options.log), current);
  };
  take(configuration.current);
  configuration.onChange(take);
}

function targetsOf({ accounts }: Configuration, source: SecretSource, log: BusLog) {
  const targets = new Map<string, readonly WebhookTarget[]>();
  for (const account of accounts.values()) {
    if (account.webhooks.length === 0) continue;
    const toTarget = (endpoint: WebhookEndpoint) => targetOf(endpoint, account, source, log);
    targets.set(account.name, account.webhooks.map(toTarget));
  }
  return targets;
}

function targetOf(
  endpoint: WebhookEndpoint,
  { name: account }: Account,
  source: SecretSource,
  log: BusLog,
): WebhookTarget {
  const { url, secrets: references, ...rest } = endpoint;
  const secrets: string[] = [];
  for (const reference of references) {
    const reason = take(reference, source, secrets);
    if (reason === undefined) continue;
    log.warn({ account, endpoint: endpoint.name, reason }, 'a webhook lacks a secret');
  }
  return {
    ...rest,
    account,
    url: new URL(url),
    sign: secrets.length === 0 ? undefined : createWebhookSigner(secrets),
    digest: createHash('sha256')
      .update([url, ...secrets].join('\0'))
      .digest('base64url')
      .slice(0, 22),
  };
}

/** Adds the secret; else says why there is none. */
function take(
  reference: WebhookEndpoint['secrets'][number],
  source: SecretSource,
  secrets: string[],
): string | undefined {
  const resolved = resolveSecret(reference, source);
  if (resolved.kind === 'missing') return resolved.reason;
  if (!isWebhookSecret(resolved.value)) return 'it is none that a webhook can be signed with';
  secrets.push(resolved.value);
  return undefined;
}
