// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileRoutes, explainRoute, findRoute, type RouteRule } from './route-table.ts';

const rules: readonly RouteRule[] = [
  { name: 'vip', match: { accounts: ['bank'], prefixes: ['44'] }, sendTo: ['gold'] },
  { name: 'london', match: { prefixes: ['4420', '4421'] }, sendTo: ['city'] },
  { name: 'uk', match: { prefixes: ['44'] }, sendTo: ['a', 'b'] },
  { name: 'trial', match: { accounts: ['trial'] }, sendTo: ['cheap'] },
];
const table = compileRoutes(rules);

test.each([
  ['bank', '447700900123', 'vip'],
  ['shop', '442071234567', 'london'],
  ['shop', '447700900123', 'uk'],
  ['trial', '33612345678', 'trial'],
  ['trial', '447700900123', 'uk'],
  ['shop', '33612345678', undefined],
])('account %s to %s goes by %s', (account, to, name) => {
  expect(findRoute(table, { account, to })?.name).toBe(name);
});

test('a rule without conditions is the default route', () => {
  const withDefault = compileRoutes([...rules, { name: 'rest', match: {}, sendTo: ['a'] }]);
  expect(findRoute(withDefault, { account: 'shop', to: '33612345678' })?.name).toBe('rest');
});

test('an empty table routes nothing', () => {
  expect(findRoute(compileRoutes([]), { account: 'shop', to: '447700900123' })).toBeUndefined();
});

test('the compiled table finds what reading the rules in order finds', () => {
  const digits = fc.string({ unit: fc.constantFrom('1', '2', '4'), maxLength: 4 });
  const rule = fc.record({
    name: fc.string(),
    match: fc.record(
      {
        accounts: fc.array(fc.constantFrom('x', 'y')),
        prefixes: fc.array(digits, { minLength: 1 }),
      },
      { requiredKeys: [] },
    ),
    sendTo: fc.constant(['a']),
  });
  fc.assert(
    fc.property(
      fc.array(rule, { maxLength: 8 }),
      digits,
      fc.constantFrom('x', 'y'),
      (list, to, account) => {
        const plain = list.find(
          ({ match }) =>
            (match.accounts?.includes(account) ?? true) &&
            (match.prefixes?.some((prefix) => to.startsWith(prefix)) ?? true),
        );
        expect(findRoute(compileRoutes(list), { account, to })).toBe(plain);
      },
    ),
  );
});

test('every rule explains itself', () => {
  expect(explainRoute(table, { account: 'shop', to: '442071234567' })).toEqual([
    { rule: 'vip', verdict: 'no_match', reason: 'the account is not among its accounts' },
    { rule: 'london', verdict: 'chosen', reason: 'the first rule that fits' },
    { rule: 'uk', verdict: 'shadowed', reason: 'an earlier rule fits as well' },
    { rule: 'trial', verdict: 'no_match', reason: 'the account is not among its accounts' },
  ]);
});
