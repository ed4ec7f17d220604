// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { displayAddress, parseRecipient, parseSender } from './address.ts';

test.each([
  ['+447700900123', '447700900123'],
  ['00447700900123', '447700900123'],
  ['447700900123', '447700900123'],
  ['+44 7700 900-123', '447700900123'],
  ['+44 (7700) 900.123', '447700900123'],
])('%s is a recipient', (text, value) => {
  expect(parseRecipient(text)).toEqual({ ton: 1, npi: 1, value });
});

test.each([
  '',
  '+',
  '12345',
  '+0447700900123',
  'ACME',
  '+4477009001234567',
  '+44770090012x',
  '++447700900123',
])('%p is no recipient', (text) => {
  expect(parseRecipient(text)).toBeUndefined();
});

test.each([
  ['ACME', { ton: 5, npi: 0, value: 'ACME' }],
  ['My Shop 24', { ton: 5, npi: 0, value: 'My Shop 24' }],
  ['12345', { ton: 0, npi: 1, value: '12345' }],
  ['+447700900123', { ton: 1, npi: 1, value: '447700900123' }],
])('%s is a sender', (text, address) => {
  expect(parseSender(text)).toEqual(address);
});

test.each(['', 'TWELVELETTER', 'Łódź', '12', '!!!'])('%p is no sender', (text) => {
  expect(parseSender(text)).toBeUndefined();
});

test('an international number is displayed with a plus, all else as it is', () => {
  expect(displayAddress({ ton: 1, npi: 1, value: '447700900123' })).toBe('+447700900123');
  expect(displayAddress({ ton: 5, npi: 0, value: 'ACME' })).toBe('ACME');
});
