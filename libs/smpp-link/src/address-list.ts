// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { BlockList, isIP } from 'node:net';

/** A set of networks that an address is in or not. */
export interface AddressList {
  has(address: string): boolean;
}

/**
 * An address as one compares it: without the zone of a link, IPv6 in its shortest form, and an IPv4
 * address never as mapped into IPv6. What is no address stays as it is.
 */
export function plainAddress(address: string): string {
  const bare = address.split('%')[0] ?? '';
  if (isIP(bare) !== 6) return bare;
  const short = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const [, high, low] = mapped.exec(short) ?? [];
  if (high === undefined || low === undefined) return short;
  const octets = Buffer.alloc(4);
  octets.writeUInt16BE(parseInt(high, 16), 0);
  octets.writeUInt16BE(parseInt(low, 16), 2);
  return octets.join('.');
}

const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * The networks written as `10.0.0.0/8`, `2001:db8::/32` or a single address. Throws `RangeError` for
 * anything else: a list that lacks what was meant to be in it would be a quiet hole.
 */
export function addressList(networks: readonly string[]): AddressList {
  const list = new BlockList();
  for (const network of networks) add(list, network);
  return {
    has(address) {
      const plain = plainAddress(address);
      const version = isIP(plain);
      return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

function add(list: BlockList, network: string): void {
  const [address = '', length, ...rest] = network.split('/');
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const prefix = length === undefined ? bits : Number(length);
  const isPrefix = length === undefined || (/^\d{1,3}$/.test(length) && prefix <= bits);
  if (version === 0 || !isPrefix || rest.length > 0) {
    throw new RangeError(`not a network: ${network}`);
  }
  list.addSubnet(address, prefix, version === 4 ? 'ipv4' : 'ipv6');
}
