// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { resentWithinMs, inboundContentOf, type InboundMessage } from '@sendium/contracts';
import { partOfElements, partOfSar, parseUdh, type PartNumber } from '@sendium/text';
import { familyOf } from './joiner.ts';
import type { LongPart } from './long-part.ts';

/** In esm_class: the octets begin with a header. */
const userDataHeader = 0x40;
/** sar_msg_ref_num, sar_total_segments, sar_segment_seqnum (SMPP 3.4, 5.3.2.22 to 24). */
const sarTags = { reference: 0x020c, total: 0x020e, sequence: 0x020f } as const;

/**
 * Which part of which message an SMS from a mobile is; undefined for one that is whole by itself.
 *
 * @param group of the connector: the parts of one message may come over any connector of it
 * @param isWanted whether a rule gives it to anyone; what nobody wants is joined apart, so that it is
 *   joined again when an operator replays it
 */
export function inboundPartOf(
  item: InboundMessage,
  group: string,
  isWanted: boolean,
): LongPart<InboundMessage> | undefined {
  const part = partNumberOf(item);
  if (part === undefined || part.total < 2) return undefined;
  const { reference, referenceBits, total, number } = part;
  const family = familyOf([
    ...['inbound', isWanted ? 'wanted' : 'unwanted', group, item.from.value, item.to.value],
    ...[reference, referenceBits, total],
  ]);
  return { item, id: item.id, family, number, total };
}

/**
 * Whether the carrier gave one part twice. Before the message is joined any equal part is the same one;
 * afterwards only within the time in which carriers repeat themselves, since a sender may say the same
 * again.
 */
export function isInboundCopy(
  stored: InboundMessage,
  came: InboundMessage,
  isClaimed: boolean,
): boolean {
  if (inboundContentOf(stored) !== inboundContentOf(came)) return false;
  return !isClaimed || Math.abs(came.receivedAtMs - stored.receivedAtMs) <= resentWithinMs;
}

function partNumberOf({ esmClass, octets, tlvs }: InboundMessage): PartNumber | undefined {
  const byHeader = (esmClass & userDataHeader) === 0 ? undefined : partOfHeader(octets);
  return byHeader ?? partOfTlvs(tlvs);
}

function partOfHeader(octets: Uint8Array): PartNumber | undefined {
  const header = parseUdh(octets);
  return header.kind === 'parsed' ? partOfElements(header.elements) : undefined;
}

/** What the sar_* TLVs say; one of a wrong length says nothing. */
function partOfTlvs(tlvs: readonly OpaqueTlv[]): PartNumber | undefined {
  if (tlvs.length === 0) return undefined;
  const valueOf = (wanted: number, length: number): number | undefined => {
    const value = tlvs.find(({ tag }) => tag === wanted)?.value;
    if (value?.length !== length) return undefined;
    return value.reduce((sum, octet) => sum * 256 + octet, 0);
  };
  return partOfSar({
    reference: valueOf(sarTags.reference, 2),
    total: valueOf(sarTags.total, 1),
    sequence: valueOf(sarTags.sequence, 1),
  });
}

interface OpaqueTlv {
  readonly tag: number;
  readonly value: Uint8Array;
}
