// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Channel } from './channel.ts';
import { InboundBatch } from './gen/sendium/v1/envelope.ts';
import type { InboundMessage } from './items.ts';
import { addressFromWire } from './message-wire.ts';
import { subjects } from './subjects.ts';
import { decodeWith } from './wire-error.ts';

/** SMS from mobiles on `inbound.<connector>`. */
export function inboundChannel(connector: string, producer: string): Channel<InboundMessage> {
  return {
    subject: subjects.inbound(connector),
    encode: (items) =>
      InboundBatch.encode({
        producer,
        items: items.map(({ receivedAtMs, tlvs, ...rest }) => ({
          ...rest,
          tlvs: [...tlvs],
          receivedAtUnixMs: receivedAtMs,
        })),
      }).finish(),
    sizeOf: (item) =>
      200 + item.octets.length + item.tlvs.reduce((sum, tlv) => sum + tlv.value.length + 8, 0),
  };
}

/** @throws {WireError} when the octets are no such batch */
export function decodeInboundBatch(octets: Uint8Array): readonly InboundMessage[] {
  return decodeWith('InboundBatch', () =>
    InboundBatch.decode(octets).items.map(({ receivedAtUnixMs, from, to, ...rest }) => ({
      ...rest,
      from: addressFromWire(from, 'inbound.from'),
      to: addressFromWire(to, 'inbound.to'),
      receivedAtMs: receivedAtUnixMs,
    })),
  );
}
