// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Call, Command, ExitCode } from './command.ts';
import { eachLetter, toSequence } from './dead-stream.ts';
import { UsageError } from './errors.ts';
import { readConfiguration } from './gateway-configuration.ts';
import { filterOf } from './letter-filter.ts';
import { replayLetters, type Replayed } from './replay-letters.ts';

type Stays = Extract<Replayed, { kind: 'stays' }>;

/** What one replay came to. */
interface Summary {
  replayed: number;
  readonly bySubject: Map<string, number>;
  readonly stays: Stays[];
}

/** Which letters: those named, or those that fit. Throws `UsageError` when neither was asked for. */
async function chosen(call: Call): Promise<readonly number[]> {
  const { arguments: named } = call;
  const filter = filterOf(call);
  const hasFilter = Object.values(filter).some((value) => value !== undefined);
  if (named.length > 0) {
    if (hasFilter || call.isOn('all'))
      throw new UsageError('give sequences, or say which: not both');
    return named.map(toSequence);
  }
  if (!hasFilter && !call.isOn('all')) {
    throw new UsageError('say which: SEQ..., --origin, --account, --endpoint, or --all');
  }
  const limit = call.count('limit') ?? Infinity;
  const sequences: number[] = [];
  await eachLetter(await call.bus(), filter, ({ sequence }) => {
    if (sequences.length < limit) sequences.push(sequence);
  });
  return sequences;
}

async function run(call: Call): Promise<ExitCode> {
  const isDry = call.isOn('dry-run');
  const sequences = await chosen(call);
  const bus = await call.bus();
  const summary: Summary = { replayed: 0, bySubject: new Map(), stays: [] };
  const configuration = await readConfiguration(bus);
  await replayLetters(sequences, { bus, configuration, isDry }, (each) => {
    if (each.kind === 'stays') {
      summary.stays.push(each);
      return;
    }
    summary.replayed++;
    summary.bySubject.set(each.subject, (summary.bySubject.get(each.subject) ?? 0) + 1);
  });
  tell(summary, call, isDry);
  return summary.stays.length === 0 ? 0 : 1;
}

function tell({ replayed, bySubject, stays }: Summary, call: Call, isDry: boolean): void {
  const { terminal, isJson } = call;
  if (isJson) {
    const record = { dry_run: isDry, replayed, by_subject: Object.fromEntries(bySubject) };
    const left = stays.map(({ sequence, reason }) => ({ sequence, reason }));
    terminal.out(JSON.stringify({ ...record, left }, null, 2));
    return;
  }
  for (const [subject, count] of bySubject) {
    terminal.out(`${isDry ? 'would go' : 'went'} to ${subject}: ${count}`);
  }
  for (const [reason, sequences] of byReason(stays)) {
    terminal.err(`left in DEAD: ${inBrief(sequences)}: ${reason}`);
  }
  const whole = `${replayed} ${isDry ? 'would be replayed' : 'replayed'}, ${stays.length} left`;
  terminal.out(replayed + stays.length === 0 ? 'No dead letters to replay.' : whole);
}

function byReason(stays: readonly Stays[]): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const { reason, sequence } of stays) {
    groups.set(reason, [...(groups.get(reason) ?? []), sequence]);
  }
  return groups;
}

const shownSequences = 10;

function inBrief(sequences: readonly number[]): string {
  const shown = sequences.slice(0, shownSequences).join(', ');
  const more = sequences.length - shownSequences;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

export const replayDead: Command = {
  name: 'dead replay',
  operands: '[SEQ...]',
  summary: 'puts dead letters back where they came from',
  details: [
    'Each is put back, durably, and then removed from DEAD. After a crash in between run it again:',
    'it may be worked on twice, never lost. What cannot go back stays, with the reason.',
    'What failed for a reason that still holds comes back to DEAD as a new letter.',
  ],
  flags: {
    all: { says: 'everything in DEAD' },
    origin: { value: 'ORIGIN', says: 'everything of this origin' },
    account: { value: 'ACCOUNT', says: 'everything of this account' },
    endpoint: { value: 'ENDPOINT', says: 'everything for the webhook endpoint of this name' },
    limit: { value: 'N', says: 'at most so many, the oldest first' },
    'dry-run': { says: 'only tell what would be done' },
  },
  takes: { least: 0, most: Infinity },
  run,
};
