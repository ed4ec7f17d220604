// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { openBucket } from '@sendium/bus';
import { buckets, decodeEndpointState, endpointKey } from '@sendium/contracts';

import type { Call, Command } from './command.ts';
import { namedEndpoint } from './endpoint-operand.ts';

async function run(call: Call): Promise<0> {
  const bus = await call.bus();
  const { account, endpoint } = await namedEndpoint(bus, call.arguments[0] ?? '');
  const bucket = openBucket(bus, buckets.endpoints);
  const key = endpointKey(account, endpoint.name);
  const entry = await bucket.get(key);
  const before = entry === undefined ? undefined : decodeEndpointState(entry.value);
  if (entry !== undefined) await bucket.delete(key);
  const name = `${account}/${endpoint.name}`;
  if (call.isJson) {
    const record = { account, endpoint: endpoint.name, was: before?.kind ?? 'works' };
    call.terminal.out(JSON.stringify(record, null, 2));
    return 0;
  }
  if (entry === undefined) call.terminal.out(`${name} was not switched off, and does not fail.`);
  else {
    const was = before === undefined ? 'unreadable' : before.kind;
    call.terminal.out(`${name} was ${was}, and is called again from now on.`);
    call.terminal.out(
      `What it missed: npm run sendium -- dead replay --account ${account} --endpoint ${endpoint.name}`,
    );
  }
  return 0;
}

export const enableWebhook: Command = {
  name: 'webhook enable',
  operands: 'ACCOUNT/ENDPOINT',
  summary: 'switches a webhook endpoint on again',
  details: ['Every notifier knows at once. What went to DEAD meanwhile is replayed separately.'],
  flags: {},
  takes: { least: 1, most: 1 },
  run,
};
