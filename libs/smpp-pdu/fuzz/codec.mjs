// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

// Throws mutated PDUs at the codec for a time; ends with a failure and the octets in hex when
// something does not hold, or when memory grows:
//   node --conditions=@sendium/source libs/smpp-pdu/fuzz/codec.mjs --minutes 60 --seed 1
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pduMutator } from '@sendium/testkit';
import { checkCodec, checkFramer } from '../src/fuzz-codec.fixture.ts';
import { fuzzSeeds } from '../src/fuzz-seeds.fixture.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } },
});
const endsAt = Date.now() + Number(values.minutes) * 60_000;
const firstSeed = Number(values.seed ?? Date.now() % 2 ** 31);
if (!(endsAt > 0) || !(firstSeed >= 0)) throw new Error('--minutes and --seed are numbers');

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc');
const maxGrowth = 16 * 2 ** 20;
const used = () => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const counts = { pdus: 0, malformed: 0 };
const seeds = fuzzSeeds();
let seed = firstSeed;
const round = () => {
  const next = pduMutator({ seeds, seed: seed++ });
  for (let i = 0; i < 50_000; i++) checkCodec(next(), counts);
  checkFramer(next, 2_000);
};

console.log(`fuzzing the codec for ${values.minutes} min, --seed ${firstSeed}`);
round();
const usedBefore = used();
while (Date.now() < endsAt) round();
const grown = used() - usedBefore;
const mib = (grown / 2 ** 20).toFixed(1);
console.log(
  `${counts.pdus} PDUs and ${counts.malformed} malformed ones, ${mib} MiB more in memory`,
);
if (grown > maxGrowth) throw new Error(`memory has grown by ${mib} MiB`);
