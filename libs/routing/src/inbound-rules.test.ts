// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { compileInboundRules, findInboundRule, type InboundRule } from './inbound-rules.ts';

const rule = (name: string, match: InboundRule['match']): InboundRule => ({
  ...{ name, match, account: 'demo', ways: ['webhook'] },
});
const table = compileInboundRules([
  rule('short code of acme', { to: '12345', connector: 'acme' }),
  rule('short code', { to: '12345' }),
  rule('number', { to: '+447700900123' }),
  rule('rest of acme', { connector: 'acme' }),
  rule('too late', { to: '777' }),
  rule('word', { to: 'ACME' }),
]);
const found = (to: string, connector = 'other') => findInboundRule(table, { to, connector })?.name;

test('the first rule of which every condition holds decides', () => {
  expect(found('12345', 'acme')).toBe('short code of acme');
  expect(found('12345')).toBe('short code');
  expect(found('999', 'acme')).toBe('rest of acme');
});

test('an earlier rule for every recipient goes before a later one for this recipient', () => {
  expect(found('777', 'acme')).toBe('rest of acme');
  expect(found('777')).toBe('too late');
});

test('what fits no rule is nobody’s', () => {
  expect(found('999')).toBeUndefined();
});

test('a number is the same with a plus, with two zeros and without either', () => {
  for (const to of ['+447700900123', '00447700900123', '447700900123']) {
    expect(found(to)).toBe('number');
  }
  expect(found('acme')).toBe('word');
});
