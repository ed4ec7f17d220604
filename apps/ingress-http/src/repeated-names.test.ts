// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasRepeatedNames } from './repeated-names.ts';

const isRepeated = (text: string): boolean => hasRepeatedNames(text, JSON.parse(text));

test('no value that was written by JSON.stringify repeats a name', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 4 }), (value, indent) => {
      expect(isRepeated(JSON.stringify(value, undefined, indent))).toBe(false);
    }),
  );
});

test.each([
  '{"to":"1","to":"1"}',
  '{"text":1,"\\u0074ext":2}',
  '{"a":{"b":1,"b":2}}',
  '[{"a":1},{"b":[{"":0,"":0}]}]',
  '{"__proto__":1,"__proto__":2}',
  '{"\\\\":1, "\\\\" :2}',
])('a repeated name is found in %s', (text) => {
  expect(isRepeated(text)).toBe(true);
});

test.each([
  '{"a":"b:\\"c\\":d\\\\","e":":"}',
  '{"__proto__":{"a":1},"a":1}',
  '{"a":{"a":{"a":1}}}',
  '["a",{"":":"}]',
  '"a:b"',
  'null',
])('no repeated name is found in %s', (text) => {
  expect(isRepeated(text)).toBe(false);
});

test('a text nested as deep as a body is long is read all the same', () => {
  expect(isRepeated('{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000))).toBe(false);
});
