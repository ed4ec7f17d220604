// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { addressList, plainAddress } from './address-list.ts';

test('an address is in the networks it was listed with, however it is written', () => {
  const list = addressList(['10.0.0.0/8', '2001:db8::/32', '192.0.2.1']);
  const known = ['10.255.0.1', '::ffff:10.1.2.3', '::ffff:a01:203', '2001:DB8:0::1', '192.0.2.1'];
  expect(known.filter((address) => !list.has(address))).toEqual([]);
  const unknown = ['11.0.0.1', '192.0.2.2', '2001:db9::1', '', 'localhost', '::ffff:11.0.0.1'];
  expect(unknown.filter((address) => list.has(address))).toEqual([]);
});

test.each(['', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0/8', 'localhost', '::/129'])(
  'a list with %p in it is refused, because it would lack what was meant',
  (network) => {
    expect(() => addressList(['10.0.0.0/8', network])).toThrow(RangeError);
  },
);

test('one address has one name', () => {
  expect(
    ['::FFFF:10.1.2.3', 'fe80::1%eth0', '2001:DB8:0:0::0001', '10.1.2.3', 'x'].map(plainAddress),
  ).toEqual(['10.1.2.3', 'fe80::1', '2001:db8::1', '10.1.2.3', 'x']);
});
