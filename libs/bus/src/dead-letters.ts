// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { deadLetterChannel } from '@sendium/contracts';
import type { DeadDelivery } from './item-runner.ts';
import type { Publisher } from './publisher.ts';

export interface DeadLetterOptions<T> {
  /** Which service and which of its inputs, for example `router-submit`; a subject token. */
  readonly origin: string;
  /** The item as a batch of its own, so that an operator can replay it where it came from. */
  readonly encode: (item: T) => Uint8Array;
  readonly messageIdOf: (item: T) => string;
  readonly nowMs: () => number;
  /** Called for each dead letter once it is durable; for metrics. */
  readonly onBuried?: () => void;
}

/** Writes what a consumer gives up on to `dead.<origin>`, with the reason and the subject it came from. */
export function deadLetters<T>(
  publisher: Publisher,
  options: DeadLetterOptions<T>,
): (dead: DeadDelivery<T>) => Promise<void> {
  const { origin, encode, messageIdOf, nowMs, onBuried } = options;
  const channel = deadLetterChannel(origin);
  return async (dead) => {
    const what =
      dead.kind === 'item'
        ? { payload: encode(dead.item), messageId: messageIdOf(dead.item) }
        : { payload: dead.octets };
    const { reason, meta } = dead;
    await publisher.publish(channel, {
      origin,
      reason,
      subject: meta.subject,
      atMs: nowMs(),
      ...what,
    });
    onBuried?.();
  };
}
