// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

// Throws mutated PDUs at bound and unbound sessions, and watches memory and a neighbour's answers:
//   node --conditions=@sendium/source libs/smpp-link/fuzz/sessions.mjs --pdus 10000000 --seed 1
import { parseArgs } from 'node:util';
import { beNeighbour, median, startVillage, usedBytes } from '../src/hostile-peers.fixture.ts';

const { values } = parseArgs({
  options: { pdus: { type: 'string', default: '200000' }, seed: { type: 'string' } },
});
const pdus = Number(values.pdus);
let seed = Number(values.seed ?? Date.now() % 2 ** 31);
if (!(pdus > 0) || !(seed >= 0)) throw new Error('--pdus and --seed are numbers');
console.log(`${pdus} mutated PDUs at sessions, --seed ${seed}`);

const maxGrowth = 32 * 2 ** 20;
const perRound = 80_000;
const strict = await startVillage();
const patient = await startVillage(1e9);

async function round(count) {
  const times = [];
  let isOver = false;
  const each = [strict, patient].flatMap((village) =>
    [true, false].map((isBound) =>
      beNeighbour({
        port: village.port,
        count: count / 4,
        perConnection: 1_000,
        isBound,
        seed: (seed += 100_000),
      }),
    ),
  );
  const all = Promise.all(each).finally(() => (isOver = true));
  while (!isOver) times.push(await strict.roundTrip(), await patient.roundTrip());
  await all;
  return median(times);
}

await round(20_000);
const before = usedBytes();
let medianMs = 0;
for (let sent = 0; sent < pdus; sent += perRound) {
  medianMs = await round(perRound);
  const grown = usedBytes() - before;
  if (grown > maxGrowth) throw new Error(`memory has grown by ${grown} octets`);
}
const mib = ((usedBytes() - before) / 2 ** 20).toFixed(1);
const open = strict.open() + patient.open() - 2;
console.log(
  `${strict.taken() + patient.taken()} PDUs reached a session; ${mib} MiB more in memory, ` +
    `${open} sessions left, a neighbour's message took ${medianMs.toFixed(2)} ms (median)`,
);
await strict[Symbol.asyncDispose]();
await patient[Symbol.asyncDispose]();
