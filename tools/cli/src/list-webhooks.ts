// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { openBucket, type KeyValueBucket } from '@sendium/bus';
import type { Account, WebhookEndpoint } from '@sendium/configuration';
import { buckets, decodeEndpointState, endpointKey } from '@sendium/contracts';

import type { Call, Command } from './command.ts';
import { needConfiguration } from './gateway-configuration.ts';
import { toTable } from './table.ts';

/** Where it goes, without what may be secret in a query. */
function shownUrl(text: string): string {
  const url = new URL(text);
  return url.origin + url.pathname + (url.search === '' ? '' : '?…');
}

async function recordOf(account: string, endpoint: WebhookEndpoint, bucket: KeyValueBucket) {
  const { name, url, events, payload } = endpoint;
  const entry = await bucket.get(endpointKey(account, name));
  const state = entry === undefined ? undefined : decodeEndpointState(entry.value);
  return {
    ...{ account, endpoint: name, state: state?.kind ?? ('works' as const) },
    since: state === undefined ? null : new Date(state.sinceMs).toISOString(),
    reason: state?.reason ?? null,
    ...{ url: shownUrl(url), events: [...events], payload },
  };
}

async function run(call: Call): Promise<0> {
  const bus = await call.bus();
  const { accounts } = await needConfiguration(bus);
  const bucket = openBucket(bus, buckets.endpoints);
  const wanted = call.text('account');
  const isWanted = ({ name }: Account): boolean => wanted === undefined || name === wanted;
  const records = await Promise.all(
    [...accounts.values()]
      .filter(isWanted)
      .flatMap(({ name, webhooks }) => webhooks.map((each) => recordOf(name, each, bucket))),
  );
  const { terminal } = call;
  if (call.isJson) terminal.out(JSON.stringify({ data: records }, null, 2));
  else if (records.length === 0) terminal.out('No webhooks in the configuration.');
  else {
    const headings = ['ENDPOINT', 'STATE', 'SINCE', 'URL', 'EVENTS', 'PAYLOAD', 'REASON'];
    const rows = records.map(
      ({ account, endpoint, state, since, url, events, payload, reason }) => [
        ...[`${account}/${endpoint}`, state, since ?? '-', url, events.join(','), payload],
        reason ?? '-',
      ],
    );
    for (const line of toTable(headings, rows)) terminal.out(line);
  }
  return 0;
}

export const listWebhooks: Command = {
  name: 'webhook list',
  operands: '',
  summary: 'the webhook endpoints, and which of them do not work',
  details: [
    'failing: every call fails since then, and it is called on. disabled: switched off after too',
    'long; what is for it goes to DEAD. A state ends with the URL or the secret that it is of.',
  ],
  flags: { account: { value: 'ACCOUNT', says: 'only of this account' } },
  takes: { least: 0, most: 0 },
  run,
};
