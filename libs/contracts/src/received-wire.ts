// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { ReceivedMessage as WireReceived } from './gen/sendium/v1/envelope.ts';
import type { ReceivedMessage } from './items.ts';
import { addressFromWire, encodingFromWire, encodingToWire } from './message-wire.ts';
import { WireError, decodeWith } from './wire-error.ts';

/** As protobuf has it. */
export function receivedToWire(message: ReceivedMessage): WireReceived {
  const { body, receivedAtMs, encoding, account = '', rule = '', ...rest } = message;
  return {
    ...rest,
    ...{ account, rule },
    encoding: encodingToWire(encoding),
    receivedAtUnixMs: receivedAtMs,
    body:
      body.kind === 'text'
        ? { $case: 'text', value: body.text }
        : { $case: 'binary', value: body.octets },
  };
}

/** @throws {WireError} when it lacks its body or an address */
export function receivedFromWire(wire: WireReceived | undefined): ReceivedMessage {
  if (wire?.body === undefined) throw new WireError('received.body', 'missing or not known');
  const { body, from, to, encoding, receivedAtUnixMs, account, rule, ...rest } = wire;
  return {
    ...rest,
    ...(account === '' ? {} : { account }),
    ...(rule === '' ? {} : { rule }),
    from: addressFromWire(from, 'received.from'),
    to: addressFromWire(to, 'received.to'),
    body:
      body.$case === 'text'
        ? { kind: 'text', text: body.value }
        : { kind: 'binary', octets: body.value },
    encoding: encodingFromWire(encoding) ?? 'binary',
    receivedAtMs: receivedAtUnixMs,
  };
}

/** The octets that it takes on the wire, at most. */
export function receivedSize({ body }: ReceivedMessage): number {
  return 500 + (body.kind === 'text' ? body.text.length * 3 : body.octets.length);
}

/** For those who keep it. */
export function encodeReceived(message: ReceivedMessage): Uint8Array {
  return WireReceived.encode(receivedToWire(message)).finish();
}

/** @throws {WireError} when the octets are no such message */
export function decodeReceived(octets: Uint8Array): ReceivedMessage {
  return decodeWith('ReceivedMessage', () => receivedFromWire(WireReceived.decode(octets)));
}
