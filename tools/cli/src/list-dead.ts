// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Call, Command } from './command.ts';
import { eachLetter, type StoredLetter } from './dead-stream.ts';
import { filterOf } from './letter-filter.ts';
import { shownTime, toTable } from './table.ts';

/** A dead letter as programs read it: no text, no number. */
export function letterRecord({ sequence, storedAtMs, origin, letter, facts }: StoredLetter) {
  const known = {
    sequence,
    at: new Date(letter?.atMs ?? storedAtMs).toISOString(),
    origin,
    content: facts.content,
    account: facts.account ?? null,
    endpoint: facts.endpoint ?? null,
  };
  if (letter === undefined) return { ...known, reason: notALetter };
  const { subject, messageId = null, reason, payload } = letter;
  return { ...known, subject, message_id: messageId, reason, payload_octets: payload.length };
}

const notALetter = 'this is no dead letter';

const headings = ['SEQ', 'TIME', 'ORIGIN', 'SUBJECT', 'CONTENT', 'MESSAGE ID', 'REASON'];

const toRow = (stored: StoredLetter): readonly string[] => {
  const { sequence, storedAtMs, origin, letter, facts } = stored;
  const { endpoint } = facts;
  return [
    String(sequence),
    shownTime(letter?.atMs ?? storedAtMs),
    origin,
    letter?.subject ?? '-',
    endpoint === undefined ? facts.content : `${facts.content} for ${endpoint}`,
    letter?.messageId ?? '-',
    letter?.reason ?? notALetter,
  ];
};

async function run(call: Call): Promise<0> {
  const { terminal, isJson } = call;
  const limit = call.count('limit') ?? 50;
  const filter = filterOf(call);
  const newest: StoredLetter[] = [];
  let found = 0;
  await eachLetter(await call.bus(), filter, (stored) => {
    found++;
    newest.push(stored);
    if (newest.length > limit) newest.shift();
  });
  const shown = newest.toReversed();
  if (isJson) {
    terminal.out(JSON.stringify({ data: shown.map(letterRecord), total: found }, null, 2));
  } else if (found === 0) {
    terminal.out('No dead letters.');
  } else {
    for (const line of toTable(headings, shown.map(toRow))) terminal.out(line);
    if (found > shown.length) terminal.out(`The newest ${shown.length} of ${found}; --limit N`);
  }
  return 0;
}

export const listDead: Command = {
  name: 'dead list',
  operands: '',
  summary: 'what could not be worked on, the newest first',
  details: ['Texts and numbers are not shown. Letters are kept for 30 days.'],
  flags: {
    origin: { value: 'ORIGIN', says: 'only of this origin, e.g. notifier, tracker, a connector' },
    account: { value: 'ACCOUNT', says: 'only of this account' },
    endpoint: { value: 'ENDPOINT', says: 'only for the webhook endpoint of this name' },
    limit: { value: 'N', says: 'at most so many, 50 unless given' },
  },
  takes: { least: 0, most: 0 },
  run,
};
