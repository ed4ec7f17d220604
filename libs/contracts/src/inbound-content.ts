// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { hash } from 'node:crypto';
import type { InboundMessage } from './items.ts';

/**
 * TLVs that tell one SMS from another: user_message_reference, the ports and what joins parts. Others may
 * differ when a carrier sends the same SMS again: times, nodes, numbers of its own.
 */
const tellingTags: ReadonlySet<number> = new Set([0x0204, 0x020a, 0x020b, 0x020c, 0x020e, 0x020f]);

/** 132 bits, six to a character: nobody finds two SMS of one digest, by chance or on purpose. */
const digestLength = 22;

/** A digest of what an SMS says, to whom and from whom: the same when a carrier sends it again. */
export function inboundContentOf(message: InboundMessage): string {
  const { from, to, dataCoding, esmClass, octets, tlvs } = message;
  const telling = tlvs
    .filter(({ tag }) => tellingTags.has(tag))
    .map(({ tag, value }) => [tag, toText(value)] as const)
    .sort(([a], [b]) => a - b);
  const content = [from, to].flatMap(({ ton, npi, value }): (string | number)[] => [
    ton,
    npi,
    value,
  ]);
  const told = JSON.stringify([...content, dataCoding, esmClass, toText(octets), telling]);
  return hash('sha256', told, 'base64url').slice(0, digestLength);
}

function toText(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('base64');
}
