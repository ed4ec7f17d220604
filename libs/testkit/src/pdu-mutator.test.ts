// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { pduMutator } from './pdu-mutator.ts';

const enquire = Buffer.from('00000010000000150000000000000001', 'hex');
const bind = Buffer.from('0000002000000009000000000000000161707000736563726574000034000000', 'hex');
const many = (seed: number, keepsLength = true) => {
  const next = pduMutator({ seeds: [enquire, bind], seed, keepsLength });
  return Array.from({ length: 5_000 }, next);
};

test('the same seed gives the same PDUs, another one others', () => {
  expect(many(1)).toEqual(many(1));
  expect(many(2)).not.toEqual(many(1));
});

test('command_length is true, so that a framer cuts them as they are, unless it may lie', () => {
  const lies = (pdus: readonly Buffer[]) =>
    pdus.filter((pdu) => pdu.length < 16 || pdu.readUInt32BE(0) !== pdu.length).length;
  expect(lies(many(3))).toBe(0);
  expect(lies(many(3, false))).toBeGreaterThan(50);
});

test('most are like no other, and the seeds stay as they were', () => {
  const before = Buffer.from(bind);
  const distinct = new Set(many(4).map((pdu) => pdu.toString('hex')));
  expect(distinct.size).toBeGreaterThan(2_500);
  expect(bind).toEqual(before);
});
