// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net';
import { plainAddress } from './address-list.ts';

/** What the octets at the beginning of a connection say, read as a PROXY protocol header. */
export type ProxyHeader =
  /** Not all of it is there yet. */
  | { readonly kind: 'incomplete' }
  /** It is none, or it is broken. */
  | { readonly kind: 'malformed' }
  /** `length` octets; no `source` where the proxy speaks for itself or does not know the client. */
  | { readonly kind: 'header'; readonly length: number; readonly source: string | undefined };

const malformed: ProxyHeader = { kind: 'malformed' };
const incomplete: ProxyHeader = { kind: 'incomplete' };

const v2Signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const v1Signature = Buffer.from('PROXY ');
/** The longest line of version 1, CR LF included. */
const maxV1Length = 107;
const v2HeadLength = 16;
/** Version 2 may carry TLVs; what is longer than this is nobody's header. */
const maxV2Length = 2_048;

/** The longest header taken, in octets. */
export const maxProxyHeaderLength = v2HeadLength + maxV2Length;

/**
 * Reads a header of the PROXY protocol, version 1 or 2 (haproxy's proxy-protocol.txt, 2.1 and 2.2).
 * Total: any octets give one of three kinds.
 */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  if (startsAs(bytes, v2Signature)) return readV2(bytes);
  if (startsAs(bytes, v1Signature)) return readV1(bytes);
  return malformed;
}

function startsAs(bytes: Buffer, signature: Buffer): boolean {
  const length = Math.min(bytes.length, signature.length);
  return bytes.subarray(0, length).equals(signature.subarray(0, length));
}

function readV1(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, maxV1Length).indexOf('\r\n');
  if (end === -1) return bytes.length < maxV1Length ? incomplete : malformed;
  const length = end + 2;
  const [, family, source = '', destination = '', ...ports] = bytes
    .toString('latin1', 0, end)
    .split(' ');
  if (family === 'UNKNOWN') return { kind: 'header', length, source: undefined };
  const version = versions.get(family);
  const isAddressed = isIP(source) === version && isIP(destination) === version;
  if (!isAddressed || ports.length !== 2 || !ports.every(isPort)) return malformed;
  return { kind: 'header', length, source: plainAddress(source) };
}

const versions = new Map<string | undefined, number>([
  ['TCP4', 4],
  ['TCP6', 6],
]);

function isPort(text: string): boolean {
  return /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

function readV2(bytes: Buffer): ProxyHeader {
  if (bytes.length < v2HeadLength) return incomplete;
  const versionAndCommand = bytes.readUInt8(12);
  const family = bytes.readUInt8(13) >> 4;
  const bodyLength = bytes.readUInt16BE(14);
  const command = versionAndCommand & 0x0f;
  if (versionAndCommand >> 4 !== 2 || command > 1 || bodyLength > maxV2Length) return malformed;
  const length = v2HeadLength + bodyLength;
  if (bytes.length < length) return incomplete;
  // 0 LOCAL: the proxy's own check of us.
  if (command === 0) return { kind: 'header', length, source: undefined };
  return readV2Source(bytes.subarray(v2HeadLength, length), family, length);
}

function readV2Source(body: Buffer, family: number, length: number): ProxyHeader {
  switch (family) {
    case 1:
      if (body.length < 12) return malformed;
      return { kind: 'header', length, source: [...body.subarray(0, 4)].join('.') };
    case 2:
      if (body.length < 36) return malformed;
      return { kind: 'header', length, source: ipv6(body.subarray(0, 16)) };
    case 0:
    case 3:
      return { kind: 'header', length, source: undefined };
    default:
      return malformed;
  }
}

function ipv6(octets: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => octets.readUInt16BE(2 * i).toString(16));
  return plainAddress(groups.join(':'));
}
