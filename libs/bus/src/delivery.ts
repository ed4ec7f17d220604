// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Msg } from '@nats-io/transport-node';

/** Where a batch came from and how often it was handed out. */
export interface DeliveryMeta {
  readonly stream: string;
  readonly durable: string;
  readonly subject: string;
  /** The batch's place in its stream. */
  readonly streamSequence: number;
  /** How many batches this consumer had handed out before, this one included. */
  readonly consumerSequence: number;
  /** 1 the first time; a redelivery after a crash of the server may say 1 again. */
  readonly deliveryCount: number;
  /** Milliseconds since 1970: when the stream stored it. */
  readonly storedAtMs: number;
  /** How many more were waiting for this consumer at that moment. */
  readonly waiting: number;
}

/** One stream message as it was handed to us. */
export interface Delivery {
  readonly meta: DeliveryMeta;
  readonly octets: Uint8Array;
  /** The value of a header; empty when there is none. */
  readonly header: (name: string) => string;
  readonly ackSubject: string;
  /**
   * Names the stored message for ever: sequence and time of storing. The sequence alone does not, a
   * server that lost its unsynced tail gives the numbers out again.
   */
  readonly key: string;
}

/**
 * Reads a message that came from a pull; undefined when its reply subject is no acknowledgement subject
 * (`$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<time>.<pending>`, or with
 * domain and account hash before the stream).
 */
export function readDelivery(message: Msg): Delivery | undefined {
  const ackSubject = message.reply ?? '';
  const tokens = ackSubject.split('.');
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK' || tokens.length < 9) return undefined;
  const first = tokens.length >= 11 ? 4 : 2;
  const token = (index: number): string => tokens[first + index] ?? '';
  const meta: DeliveryMeta = {
    stream: token(0),
    durable: token(1),
    subject: message.subject,
    deliveryCount: Number(token(2)),
    streamSequence: Number(token(3)),
    consumerSequence: Number(token(4)),
    // The token has nanoseconds, more digits than a number holds.
    storedAtMs: Number(token(5).slice(0, -6)),
    waiting: Number(token(6)),
  };
  const header = (name: string): string => message.headers?.get(name) ?? '';
  return { meta, octets: message.data, header, ackSubject, key: `${token(3)}@${token(5)}` };
}
