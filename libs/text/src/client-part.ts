// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Message, SmppTlv } from '@sendium/message';
import { partOfElements, partOfSar } from './concatenation.ts';
import type { PartNumber } from './concatenation.ts';
import { parseUdh } from './udh.ts';

/** sar_msg_ref_num, sar_total_segments, sar_segment_seqnum (SMPP 3.4, 5.3.2.22 to 24). */
const sarTags = { reference: 0x020c, total: 0x020e, sequence: 0x020f } as const;

/**
 * Which part of which message this is, where its sender cut that message itself: by its header, or
 * without one by its sar_* TLVs.
 * @returns undefined for a message that is whole by itself
 */
export function clientPartOf({
  body,
  smpp,
}: Pick<Message, 'body' | 'smpp'>): PartNumber | undefined {
  if (body.kind === 'binary' && body.udh.length > 0) {
    const header = parseUdh(body.udh);
    return header.kind === 'parsed' ? partOfElements(header.elements) : undefined;
  }
  const tlvs = smpp?.tlvs;
  if (tlvs === undefined || tlvs.length === 0) return undefined;
  return partOfSar({
    reference: numberIn(tlvs, sarTags.reference),
    total: numberIn(tlvs, sarTags.total),
    sequence: numberIn(tlvs, sarTags.sequence),
  });
}

function numberIn(tlvs: readonly SmppTlv[], tag: number): number | undefined {
  const value = tlvs.find((tlv) => tlv.tag === tag)?.value;
  if (value === undefined || value.length === 0) return undefined;
  return Buffer.from(value).readUIntBE(0, Math.min(value.length, 6));
}
