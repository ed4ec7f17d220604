// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import { createNetworkGuard, RefusedAddressError, type Resolver } from './network-guard.ts';

const guard = createNetworkGuard([]);
const isRefused = (address: string, allowed: readonly string[] = []): boolean => {
  try {
    createNetworkGuard(allowed).check(address);
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(RefusedAddressError);
    return true;
  }
};

test.each([
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255'],
  ...['127.0.0.1', '127.255.255.254', '169.254.0.1', '169.254.169.254', '172.16.0.1'],
  ...['172.31.255.255', '192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1'],
  ...['198.19.255.255', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255'],
  ...['240.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::7f00:1', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1'],
  ...['ff02::1', '2001:db8::1', '2001::1', '100::1', '3fff::1', '5f00::1'],
  // An address of IPv4 in one of IPv6: mapped, translated, 6to4.
  ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:0:10.0.0.1'],
  ...['64:ff9b::10.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::1', '2002:a00:1::', '2002:7f00:1::1'],
  ...['localhost', ''],
])('%p is refused', (address) => {
  expect(isRefused(address)).toBe(true);
});

test.each([
  ...['1.1.1.1', '9.255.255.255', '11.0.0.1', '100.63.255.255', '100.128.0.1', '126.255.255.255'],
  ...['128.0.0.1', '169.253.1.1', '172.15.255.255', '172.32.0.1', '192.167.1.1', '223.255.255.1'],
  ...['2606:4700::1111', '2a00:1450:4001::1', '64:ff9b::8.8.8.8', '2002:808:808::1'],
  ...['::ffff:8.8.8.8'],
])('%s is let through', (address) => {
  expect(isRefused(address)).toBe(false);
});

test('what the operator allows is let through, however it is written, and nothing else', () => {
  const allowed = ['127.0.0.0/8', 'fd12:3456::/32'];
  for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', 'fd12:3456::7']) {
    expect([address, isRefused(address, allowed)]).toEqual([address, false]);
  }
  for (const address of ['10.0.0.1', '::1', 'fd12:3457::7', '169.254.169.254']) {
    expect([address, isRefused(address, allowed)]).toEqual([address, true]);
  }
});

test.each([
  ...['http://2130706433/', 'http://0x7f000001/', 'http://017700000001/', 'http://127.1/'],
  ...['http://0x7f.1/', 'http://[::ffff:127.0.0.1]/', 'http://[::ffff:7f00:1]/', 'http://0/'],
  ...['http://0xa9fea9fe/', 'http://①②⑦.⓪.⓪.①/', 'http://[::]/', 'http://127.0.0.1./'],
])('the host of %s is refused as it is normalised', (url) => {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  expect(isRefused(host)).toBe(true);
});

const resolvingTo =
  (...addresses: readonly string[]): Resolver =>
  (_, __, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

function lookup(resolver: Resolver, all: boolean): Promise<unknown> {
  const { lookup: look } = createNetworkGuard(['10.1.0.0/16'], resolver);
  return new Promise((resolve, reject) => {
    look('example.com', { all }, (error, address) => {
      if (error === null) resolve(address);
      else reject(error);
    });
  });
}

test('a name is refused when one of its addresses is', async () => {
  for (const all of [true, false]) {
    await expect(lookup(resolvingTo('8.8.8.8', '127.0.0.1'), all)).rejects.toThrow('127.0.0.1');
    await expect(lookup(resolvingTo('8.8.8.8', '::1'), all)).rejects.toThrow('::1');
  }
});

test('a connection goes to the addresses that were checked, and to no others', async () => {
  const resolver = resolvingTo('8.8.8.8', '10.1.2.3');
  expect(await lookup(resolver, true)).toEqual([
    { address: '8.8.8.8', family: 4 },
    { address: '10.1.2.3', family: 4 },
  ]);
  expect(await lookup(resolver, false)).toBe('8.8.8.8');
});

test('the guard without exceptions lets the public Internet through', () => {
  expect(() => guard.check('93.184.216.34')).not.toThrow();
});
