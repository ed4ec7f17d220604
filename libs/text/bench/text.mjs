// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

// Speed of classifying, counting and splitting, beside sms-segments-calculator in the same run, each
// line for about a second:
//   node --conditions=@sendium/source libs/text/bench/text.mjs
import { createRequire } from 'node:module';
import { chooseEncoding, countSegments, joinParts, planText } from '@sendium/text';

const { SegmentedMessage } = createRequire(import.meta.url)('sms-segments-calculator');

const line = 'Hello world, this is a text of 44 characters';
const repeated = (text, length) => text.repeat(Math.ceil(length / text.length)).slice(0, length);
const texts = {
  '44 characters, GSM-7': line,
  '10 parts, GSM-7': repeated(`${line} for 3€. `, 1500),
  '10 parts, UCS-2, Cyrillic': repeated('Съешь же ещё этих мягких булок. ', 670),
  '10 parts, UCS-2, emoji': repeated('Съешь 👨‍👩‍👧‍👦🇫🇷 булок 😀. ', 640),
};
const turkish = repeated('Müşteri numaranız ıĞİ şifre. ', 1300);

/** The most that a quiet core may take, in microseconds. */
const budgets = { '44 characters, GSM-7': 2, '10 parts, GSM-7': 40 };

function microseconds(run) {
  const startedAt = process.hrtime.bigint();
  let rounds = 0;
  let elapsed = 0n;
  while (elapsed < 500_000_000n) {
    for (let i = 0; i < 100; i += 1) if (run() === undefined) throw new Error('nothing came out');
    rounds += 100;
    elapsed = process.hrtime.bigint() - startedAt;
  }
  return Number(elapsed) / 1000 / rounds;
}

function report(name, run, budget) {
  microseconds(run);
  const spent = microseconds(run);
  const isOver = budget !== undefined && spent > budget;
  const held = budget === undefined ? '' : `  (${isOver ? 'ABOVE its' : 'budget'} ${budget} µs)`;
  console.log(`${name.padEnd(58)} ${spent.toFixed(2).padStart(10)} µs${held}`);
  if (isOver) process.exitCode = 1;
}

for (const [name, text] of Object.entries(texts)) {
  const { segments, dataCoding } = planText(text);
  const parts = `${segments.length} part${segments.length === 1 ? '' : 's'}`;
  report(`${name} (${parts}): classify, count`, () => countSegments(chooseEncoding(text), 'udh8'));
  report(`${name}: also split and encode`, () => planText(text), budgets[name]);
  const received = segments.map(({ octets, carriage }, index) => ({
    number: index + 1,
    hasHeader: carriage.kind === 'udh',
    octets: carriage.kind === 'udh' ? Buffer.concat([carriage.udh, octets]) : octets,
    dataCoding,
  }));
  report(`${name}: join and decode`, () => joinParts(received, received.length));
  report(`${name}: sms-segments-calculator`, () => new SegmentedMessage(text).segments);
}
report('10 parts, Turkish with its tables: all of it', () =>
  planText(turkish, { languages: ['turkish'] }),
);
