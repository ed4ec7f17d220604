// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Channel } from './channel.ts';
import { InboundBatch, type InboundMessage as WireInbound } from './gen/sendium/v1/envelope.ts';
import type { InboundMessage } from './items.ts';
import { addressFromWire } from './message-wire.ts';
import { subjects } from './subjects.ts';
import { decodeWith } from './wire-error.ts';

/** SMS from mobiles on `inbound.<connector>`. */
export function inboundChannel(connector: string, producer: string): Channel<InboundMessage> {
  return {
    subject: subjects.inbound(connector),
    encode: (items) => encodeInboundBatch(items, producer),
    sizeOf: inboundSize,
  };
}

/** A batch for the subjects of SMS from mobiles. */
export function encodeInboundBatch(items: readonly InboundMessage[], producer: string): Uint8Array {
  return InboundBatch.encode({ producer, items: items.map(inboundToWire) }).finish();
}

/** @throws {WireError} when the octets are no such batch */
export function decodeInboundBatch(octets: Uint8Array): readonly InboundMessage[] {
  return decodeWith('InboundBatch', () => InboundBatch.decode(octets).items.map(inboundFromWire));
}

/** The octets that it takes on the wire, at most. */
export function inboundSize({ octets, tlvs }: InboundMessage): number {
  return 200 + octets.length + tlvs.reduce((sum, tlv) => sum + tlv.value.length + 8, 0);
}

/** As protobuf has it. */
export function inboundToWire({ receivedAtMs, tlvs, ...rest }: InboundMessage): WireInbound {
  return { ...rest, tlvs: [...tlvs], receivedAtUnixMs: receivedAtMs };
}

/** @throws {WireError} when an address is missing */
export function inboundFromWire(wire: WireInbound): InboundMessage {
  const { receivedAtUnixMs, from, to, ...rest } = wire;
  return {
    ...rest,
    from: addressFromWire(from, 'inbound.from'),
    to: addressFromWire(to, 'inbound.to'),
    receivedAtMs: receivedAtUnixMs,
  };
}
