// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** `npm run test:crash [-- --kills 100 --seed 1 --rate 60]` */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCrashes } from './run-crashes.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    rate: { type: 'string', default: '60' },
  },
});
const kills = toCount('kills', values.kills);
const seed = toCount('seed', values.seed);
const messagesPerSecond = toCount('rate', values.rate);
const stateDir = mkdtempSync(join(tmpdir(), 'sendium-crash-'));

console.log(`${kills} kills, seed ${seed}, ${messagesPerSecond} messages/s, state in ${stateDir}`);
const log = (line: string): void => console.log(line);
const reports = await runCrashes({ kills, seed, messagesPerSecond, stateDir, log });
const broken = reports.flatMap((report) => report.broken);
if (broken.length === 0) {
  rmSync(stateDir, { recursive: true });
  console.log('every promise held');
} else {
  console.log(`promises were broken; what the processes kept is in ${stateDir}`);
  process.exitCode = 1;
}

function toCount(name: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new RangeError(`--${name} must be a whole number above 0`);
}
