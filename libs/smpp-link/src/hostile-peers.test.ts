// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { eventually } from '@sendium/testkit';
import type { Village } from './hostile-peers.fixture.ts';
import { beNeighbour, median, startVillage, usedBytes } from './hostile-peers.fixture.ts';

const hostile = { count: 10_000, perConnection: 500 };

test.each([
  ['unbound, within the budget of malformed PDUs', 10, false],
  ['unbound, with no budget', 1e9, false],
  ['bound, within the budget of malformed PDUs', 10, true],
  ['bound, with no budget', 1e9, true],
])(
  'thousands of mutated PDUs, %s, end no other session and leave nothing',
  async (_, budget, isBound) => {
    await using village = await startVillage(budget);
    const { port } = village;
    await beNeighbour({ port, ...hostile, count: 2_000, isBound, seed: 1 });
    const before = usedBytes();
    const { connections } = await beNeighbour({ port, ...hostile, isBound, seed: 1_000 });
    expect(connections).toBeGreaterThan(10);
    expect(village.taken()).toBeGreaterThan(100);
    await village.roundTrip();
    await eventually(() => expect(village.open()).toBe(1));
    expect(usedBytes() - before).toBeLessThan(8 * 2 ** 20);
  },
);

test('a session waits no longer beside hostile neighbours than beside busy ones', async () => {
  await using village = await startVillage();
  const beside = (seed: number | undefined) => roundTripsBeside(village, seed);
  const good: number[] = [];
  const bad: number[] = [];
  // By turns, so that whatever else this machine does falls on both.
  for (let turn = 0; turn < 6; turn++) {
    good.push(...(await beside(undefined)));
    bad.push(...(await beside(turn * 1_000)));
  }
  expect(median(bad)).toBeLessThan(5 * median(good));
});

/** What a well-behaved client's messages take while four neighbours send two thousand PDUs. */
async function roundTripsBeside(village: Village, seed: number | undefined): Promise<number[]> {
  const { port } = village;
  const neighbour = (n: number) =>
    beNeighbour({
      port,
      count: 500,
      perConnection: 100,
      isBound: n % 2 === 0,
      seed: seed === undefined ? undefined : seed + 100 * n,
    });
  let isOver = false;
  const neighbours = Promise.all([0, 1, 2, 3].map(neighbour)).finally(() => (isOver = true));
  const times: number[] = [];
  // An isOver set in between is not seen by a type checker.
  while (!(isOver as boolean)) times.push(await village.roundTrip());
  await neighbours;
  return times;
}
