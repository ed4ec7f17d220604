// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * Which addresses webhooks may reach. Whoever writes a URL into a webhook could otherwise make the gateway
 * call what only it can reach. Invariants:
 * G1  Every address that a name resolves to is checked; one that is refused refuses the name.
 * G2  The connection goes to the addresses that were checked: the check is the resolution.
 * G3  An IPv6 address that carries an IPv4 one is as good as that one.
 */
import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { addressList, plainAddress } from '@sendium/smpp-link';

/** A place that webhooks may not reach. */
export class RefusedAddressError extends Error {
  override readonly name = 'RefusedAddressError';
  readonly address: string;

  constructor(address: string) {
    super(`${address} is in a network that webhooks may not reach`);
    this.address = address;
  }
}

/** What is not the public Internet (RFC 6890 and its registries). */
const refused = addressList([
  // This network, private, shared, loopback, link-local (with the clouds' metadata), protocol assignments.
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.168.0.0/16'],
  // Documentation, 6to4 relays, AS112, benchmarks.
  ...['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '192.88.99.0/24', '198.18.0.0/15'],
  ...['192.31.196.0/24', '192.52.193.0/24', '192.175.48.0/24'],
  // Multicast, reserved, broadcast.
  ...['224.0.0.0/4', '240.0.0.0/4'],
  // Unspecified, loopback, IPv4-compatible and translated within a site, discard.
  ...['::/96', '::ffff:0:0:0/96', '64:ff9b:1::/48', '100::/64', '100:0:0:1::/64'],
  // Teredo and other protocol assignments, documentation, segment routing.
  ...['2001::/23', '2001:db8::/32', '3fff::/20', '5f00::/16'],
  // Unique-local (with fd00:ec2::254), link-local, once site-local, multicast.
  ...['fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
]);

/** An address of IPv4 in one of IPv6: translated (RFC 6052), or 6to4 (RFC 3056). */
const embedded = [
  { network: addressList(['64:ff9b::/96']), at: 12 },
  { network: addressList(['2002::/16']), at: 2 },
];

/** Lets some addresses through. */
export interface NetworkGuard {
  /** @throws {RefusedAddressError} */
  check(address: string): void;
  /** Resolves names for connections, and refuses as `check` does. */
  readonly lookup: LookupFunction;
}

/** How names become addresses; all of them. */
export type Resolver = (
  hostname: string,
  options: { readonly family: number },
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

const systemResolver: Resolver = (hostname, { family }, callback) => {
  resolve(hostname, { all: true, family }, callback);
};

/**
 * A guard that refuses everything but the public Internet and these networks.
 *
 * @param allowed in CIDR form
 */
export function createNetworkGuard(
  allowed: readonly string[],
  resolver: Resolver = systemResolver,
): NetworkGuard {
  const exceptions = addressList(allowed);
  const isRefused = (address: string): boolean => {
    if (exceptions.has(address)) return false;
    const inner = embeddedIn(address);
    if (inner !== undefined) return isRefused(inner);
    return isIP(plainAddress(address)) === 0 || refused.has(address);
  };
  const check = (address: string): void => {
    if (isRefused(address)) throw new RefusedAddressError(address);
  };
  return { check, lookup: checkedLookup(check, resolver) };
}

function checkedLookup(check: (address: string) => void, resolver: Resolver): LookupFunction {
  return (hostname, options, callback) => {
    resolver(hostname, { family: familyOf(options.family) }, (error, addresses) => {
      const failure = error ?? refusalOf(addresses, check);
      if (failure !== undefined) {
        callback(failure, '', 0);
        return;
      }
      const [first] = addresses;
      if (options.all === true) callback(null, [...addresses]);
      else callback(null, first?.address ?? '', first?.family ?? 0);
    });
  };
}

function familyOf(family: number | 'IPv4' | 'IPv6' | undefined): number {
  if (family === 'IPv4') return 4;
  return family === 'IPv6' ? 6 : (family ?? 0);
}

function refusalOf(
  addresses: readonly LookupAddress[],
  check: (address: string) => void,
): NodeJS.ErrnoException | undefined {
  try {
    for (const { address } of addresses) check(address);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

function embeddedIn(address: string): string | undefined {
  const plain = plainAddress(address);
  const found = embedded.find(({ network }) => network.has(plain));
  return found === undefined
    ? undefined
    : octetsOf(plain)
        .subarray(found.at, found.at + 4)
        .join('.');
}

/** Of an IPv6 address in its shortest form. */
function octetsOf(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const groups = (text: string | undefined): string[] =>
    text === undefined || text === '' ? [] : text.split(':');
  const [before, after] = [groups(head), groups(tail)];
  const between = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const octets = Buffer.alloc(16);
  [...before, ...between, ...after].forEach((group, index) => {
    octets.writeUInt16BE(parseInt(group, 16), index * 2);
  });
  return octets;
}
