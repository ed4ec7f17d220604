// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  autoFormats,
  carrierKey,
  factsOf,
  isSameDestination,
  matchReceipt,
  receiptKeys,
  type Fact,
  type IdFormat,
  type OutcomeFact,
} from './index.ts';

const finds = (
  response: string,
  receipt: string,
  formats: Partial<Record<'response' | 'receipt', IdFormat>> = {},
): boolean => {
  const settled = { ...autoFormats, ...formats };
  return receiptKeys('g', [receipt], settled).includes(carrierKey('g', response, settled));
};

test.each([
  ['as given', 'a1-b2', 'a1-b2'],
  ['in another case', 'ABCDEF12', 'abcdef12'],
  ['padded in the receipt', '1234', '0000001234'],
  ['padded in the response', '0000001234', '1234'],
  ['hexadecimal, then decimal', '1A2B3C', '1715004'],
  ['padded hexadecimal, then decimal', '001a2b3c', '0001715004'],
  ['decimal, then hexadecimal', '1715004', '1A2B3C'],
  ['beyond what a number holds', 'ffffffffffffffffffff', '1208925819614629174706175'],
  ['a UUID', '0193A1C2-0000-7ABC-8DEF-0123456789AB', '0193a1c2-0000-7abc-8def-0123456789ab'],
  ['nothing but zeros', '0000', '0'],
])('without a settled format an id is found %s', (_how, response, receipt) => {
  expect(finds(response, receipt)).toBe(true);
});

test('a settled format leaves exactly one reading', () => {
  const settled = { response: 'hex', receipt: 'decimal' } as const;
  expect(receiptKeys('g', ['1715004'], settled)).toHaveLength(1);
  expect(finds('1A2B3C', '1715004', settled)).toBe(true);
  expect(finds('1715004', '1715004', settled)).toBe(false);
  const strings = { response: 'string', receipt: 'string' } as const;
  expect(finds('00ab', '00ab', strings)).toBe(true);
  expect(finds('00ab', 'AB', strings)).toBe(false);
});

test.each([
  ['hex', 'auto', 'FF', '255'],
  ['auto', 'decimal', 'ff', '255'],
  ['auto', 'hex', '255', 'FF'],
  ['decimal', 'hex', '0255', 'ff'],
  ['decimal', 'auto', '255', 'ff'],
] as const)('with %s in the response and %s in the receipt, %s finds %s', (...row) => {
  const [response, receipt, one, other] = row;
  expect(finds(one, other, { response, receipt })).toBe(true);
});

test('every id finds itself, and hexadecimal its decimal, whatever its size', () => {
  const value = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
  fc.assert(
    fc.property(value, fc.nat(5), (id, zeros) => {
      const [hex, decimal] = [id.toString(16), id.toString(10)];
      expect(finds(hex.toUpperCase(), '0'.repeat(zeros) + decimal)).toBe(true);
      expect(finds(decimal, '0'.repeat(zeros) + hex)).toBe(true);
    }),
  );
  fc.assert(fc.property(fc.string({ minLength: 1 }), (id) => expect(finds(id, id)).toBe(true)));
});

test('carriers’ ids never meet across groups, and an empty id has no key', () => {
  expect(receiptKeys('one', ['77'], autoFormats)).not.toContain(
    carrierKey('two', '77', autoFormats),
  );
  expect(carrierKey('one', '', autoFormats)).toBe('');
  expect(receiptKeys('one', ['', ''], autoFormats)).toEqual([]);
});

test.each([
  ['447700900123', '447700900123', true],
  ['+447700900123', '447700900123', true],
  ['447700900123', '07700900123', true],
  ['0044 7700 900-123', '447700900123', true],
  ['447700900123', '447700900124', false],
  ['447700900123', '900123', false],
  ['', '', false],
  ['447700900123', '', false],
])('%p and %p are one destination: %p', (one, other, isSame) => {
  expect(isSameDestination(one, other)).toBe(isSame);
  expect(isSameDestination(other, one)).toBe(isSame);
});

const outcome = (atMs: number, fields: Partial<OutcomeFact> = {}): Fact => ({
  kind: 'outcome',
  ...{ atMs, attempt: 0, part: 1, parts: 1, connector: 'sim', result: 'submitted' },
  ...{ commandStatus: 0, carrierMessageId: '7', carrierKey: 'g/7', destination: '447700900123' },
  ...fields,
});

const query = { keys: ['g/7'], recipient: '447700900123', atMs: 1_000_000 };

test('a receipt whose destination differs finds nothing', () => {
  const facts = factsOf([outcome(1)]);
  expect(matchReceipt(query, [['m', facts]])?.messageId).toBe('m');
  expect(matchReceipt({ ...query, recipient: '447700900999' }, [['m', facts]])).toBeUndefined();
});

test('an id that the carrier used again means the newest message before the receipt', () => {
  const messages = [
    ['old', factsOf([outcome(1)])],
    ['new', factsOf([outcome(900_000)])],
    ['newer than the receipt', factsOf([outcome(2_000_000)])],
  ] as const;
  expect(matchReceipt(query, messages)?.messageId).toBe('new');
  expect(matchReceipt(query, [...messages].reverse())?.messageId).toBe('new');
});

test('a receipt finds the part, not only the message', () => {
  const facts = factsOf([
    outcome(1, { parts: 2 }),
    outcome(1, { parts: 2, part: 2, carrierMessageId: '8', carrierKey: 'g/8' }),
  ]);
  expect(matchReceipt({ ...query, keys: ['g/8'] }, [['m', facts]])?.outcome.part).toBe(2);
});

test('a refused submission is found by no receipt', () => {
  const refused = factsOf([outcome(1, { result: 'rejected' })]);
  expect(matchReceipt(query, [['m', refused]])).toBeUndefined();
});
