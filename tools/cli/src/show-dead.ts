// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Call, Command } from './command.ts';
import { findLetter, toSequence } from './dead-stream.ts';
import { CommandError } from './errors.ts';
import { letterRecord } from './list-dead.ts';

async function run(call: Call): Promise<0> {
  const sequence = toSequence(call.arguments[0] ?? '');
  const stored = await findLetter(await call.bus(), sequence);
  if (stored === undefined) throw new CommandError(`There is no dead letter ${sequence}.`);
  const { letter } = stored;
  const payload = Buffer.from(letter?.payload ?? []).toString('base64');
  const record = { ...letterRecord(stored), ...(call.isOn('payload') ? { payload } : {}) };
  if (call.isJson) {
    call.terminal.out(JSON.stringify(record, null, 2));
    return 0;
  }
  const width = Math.max(...Object.keys(record).map((name) => name.length)) + 2;
  for (const [name, value] of Object.entries(record)) {
    call.terminal.out(`${name.padEnd(width)}${value ?? '-'}`);
  }
  return 0;
}

export const showDead: Command = {
  name: 'dead show',
  operands: 'SEQ',
  summary: 'one dead letter',
  details: ['Texts and numbers are not shown, unless --payload asks for the octets.'],
  flags: {
    payload: { says: 'also its octets in base64: they may hold the text and the numbers' },
  },
  takes: { least: 1, most: 1 },
  run,
};
