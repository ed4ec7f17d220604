// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { pduMutator } from '@sendium/testkit';
import { checkCodec, checkFramer } from './fuzz-codec.fixture.ts';
import { fuzzSeeds } from './fuzz-seeds.fixture.ts';

test('mutated PDUs are never thrown at, and what was read is written and read the same', () => {
  const next = pduMutator({ seeds: fuzzSeeds(), seed: 5 });
  const counts = { pdus: 0, malformed: 0 };
  for (let i = 0; i < 20_000; i++) checkCodec(next(), counts);
  expect(Math.min(counts.pdus, counts.malformed)).toBeGreaterThan(4_000);
});

test('mutated PDUs are cut as they were sent, however they are chunked', () => {
  checkFramer(pduMutator({ seeds: fuzzSeeds(), seed: 6 }), 500);
});
