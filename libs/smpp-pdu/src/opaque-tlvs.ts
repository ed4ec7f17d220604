// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { OpaqueTlv, Tlvs } from './tlv-table.ts';
import { lengthOfTlvs, writeTlvs } from './tlvs.ts';
import { WireWriter } from './wire-writer.ts';

const headerLength = 4;

/**
 * TLVs as tags and octets, in the order in which they would be written: for whoever hands them on
 * without knowing them. `{ other: toOpaqueTlvs(tlvs) }` is written as `tlvs` is.
 */
export function toOpaqueTlvs(tlvs: Tlvs): readonly OpaqueTlv[] {
  const octets = Buffer.alloc(lengthOfTlvs(tlvs));
  writeTlvs(new WireWriter(octets, 0), tlvs);
  const opaque: OpaqueTlv[] = [];
  for (let offset = 0; offset < octets.length;) {
    const from = offset + headerLength;
    const to = from + octets.readUInt16BE(offset + 2);
    opaque.push({ tag: octets.readUInt16BE(offset), value: octets.subarray(from, to) });
    offset = to;
  }
  return opaque;
}
