// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import {
  InboundMessageServiceService,
  receivedFromWire,
  type ReceivedMessage,
} from '@sendium/contracts';
import { connectGrpc } from '@sendium/grpc';
import { displayAddress } from '@sendium/message';

import type { Call, Command } from './command.ts';
import { UsageError } from './errors.ts';
import { shownTime, toTable } from './table.ts';

const pageSize = 200;
const deadlineMs = 10_000;

/** Whose: empty for those that no rule gave to anyone. Throws `UsageError`. */
function accountOf(call: Call): string {
  const account = call.text('account');
  if ((account === undefined) === call.isOn('unmatched')) return account ?? '';
  throw new UsageError('say whose: --account ACCOUNT, or --unmatched');
}

async function read(call: Call, account: string, most: number) {
  await using client = connectGrpc(InboundMessageServiceService, {
    ...{ url: call.trackerUrl(), deadlineMs },
  });
  const messages: ReceivedMessage[] = [];
  let cursor = '';
  do {
    const limit = Math.min(pageSize, most - messages.length);
    const page = await client.calls.listInboundMessages({ account, limit, cursor });
    messages.push(...page.messages.map(receivedFromWire));
    cursor = page.nextCursor;
  } while (cursor !== '' && messages.length < most);
  return { messages, hasMore: cursor !== '' };
}

/** As programs read it; contents only when they were asked for. */
function toRecord(message: ReceivedMessage, isShown: boolean) {
  const { id, connector, segments, segmentsMissing, encoding, body } = message;
  return {
    ...{ id, received_at: shownTime(message.receivedAtMs), connector },
    ...{ account: message.account ?? null, rule: message.rule ?? null },
    ...{ encoding, segments, segments_missing: segmentsMissing },
    ...(isShown
      ? {
          from: displayAddress(message.from),
          to: message.to.value,
          text: body.kind === 'text' ? body.text : null,
        }
      : {}),
  };
}

function toRow(message: ReceivedMessage, isShown: boolean): readonly string[] {
  const { id, connector, receivedAtMs, rule, segments, segmentsMissing, body } = message;
  const missing = segmentsMissing === 0 ? '' : `, ${segmentsMissing} missing`;
  const row = [shownTime(receivedAtMs), id, connector, rule ?? '-', `${segments}${missing}`];
  if (!isShown) return row;
  const content = body.kind === 'text' ? JSON.stringify(body.text) : '(binary)';
  return [...row, displayAddress(message.from), message.to.value, content];
}

async function run(call: Call): Promise<0> {
  const isShown = call.isOn('show');
  const { messages, hasMore } = await read(call, accountOf(call), call.count('limit') ?? 50);
  const { terminal } = call;
  if (call.isJson) {
    const data = messages.map((message) => toRecord(message, isShown));
    terminal.out(JSON.stringify({ data, has_more: hasMore }, null, 2));
  } else if (messages.length === 0) terminal.out('No inbound messages.');
  else {
    const headings = ['RECEIVED', 'ID', 'CONNECTOR', 'RULE', 'PARTS'];
    const shown = isShown ? ['FROM', 'TO', 'TEXT'] : [];
    const rows = messages.map((message) => toRow(message, isShown));
    for (const line of toTable([...headings, ...shown], rows)) terminal.out(line);
    if (hasMore) terminal.out(`The newest ${messages.length}; --limit N shows more.`);
  }
  return 0;
}

export const listInbound: Command = {
  name: 'inbound list',
  operands: '',
  summary: 'SMS from mobiles, the newest first',
  details: [
    'Of an account, or those that no rule gave to anyone. Texts and numbers only with --show.',
    'The unmatched ones lie in DEAD as well (origin inbound): with a new rule replay them.',
  ],
  flags: {
    account: { value: 'ACCOUNT', says: 'those given to this account' },
    unmatched: { says: 'those that no rule gave to anyone' },
    show: { says: 'also sender, recipient and text' },
    limit: { value: 'N', says: 'at most so many, 50 unless given' },
  },
  takes: { least: 0, most: 0 },
  run,
};
