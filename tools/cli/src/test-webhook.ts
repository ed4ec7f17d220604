// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';

import { createPublisher } from '@sendium/bus';
import { dueDeliverChannel } from '@sendium/contracts';
import { createMessageId, messageIdRandomBytes } from '@sendium/message';

import type { Call, Command } from './command.ts';
import { namedEndpoint } from './endpoint-operand.ts';

const producer = 'sendium-cli';
const timeoutMs = 10_000;

async function run(call: Call): Promise<0> {
  const bus = await call.bus();
  const named = await namedEndpoint(bus, call.arguments[0] ?? '');
  const { account, endpoint } = named;
  const atMs = call.nowMs();
  const id = createMessageId(atMs, randomBytes(messageIdRandomBytes));
  await using publisher = createPublisher(bus, { retry: { untilMs: timeoutMs } });
  await publisher.publish(dueDeliverChannel('webhook', account, producer), {
    ...{ kind: 'endpoint_test', id, account, atMs, tries: 0, endpoint: endpoint.name },
  });
  if (call.isJson) {
    const record = { account, endpoint: endpoint.name, webhook_id: id };
    call.terminal.out(JSON.stringify(record, null, 2));
  } else {
    call.terminal.out(`endpoint.test is on its way to ${account}/${endpoint.name}.`);
    call.terminal.out(`Its webhook-id is ${id}; the log of notifier says what became of it.`);
  }
  return 0;
}

export const testWebhook: Command = {
  name: 'webhook test',
  operands: 'ACCOUNT/ENDPOINT',
  summary: 'sends an endpoint.test to a webhook endpoint',
  details: ['It is tried once, also while the endpoint fails or is switched off.'],
  flags: {},
  takes: { least: 1, most: 1 },
  run,
};
