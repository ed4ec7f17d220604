// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Channel } from './channel.ts';
import { DeadLetter as WireDeadLetter } from './gen/sendium/v1/envelope.ts';
import type { DeadLetter } from './items.ts';
import { subjects } from './subjects.ts';
import { WireError, decodeWith } from './wire-error.ts';

/** Dead letters on `dead.<origin>`, each a stream message of its own: an operator replays them one by one. */
export function deadLetterChannel(origin: string): Channel<DeadLetter> {
  return {
    subject: subjects.dead(origin),
    maxItems: 1,
    encode: ([letter, ...more]) => {
      if (letter === undefined || more.length > 0)
        throw new WireError('DeadLetter', 'not one letter');
      return encodeDeadLetter(letter);
    },
    sizeOf: (letter) => 200 + letter.payload.length + letter.reason.length * 3,
  };
}

/** A dead letter for `dead.<origin>`. */
export function encodeDeadLetter(letter: DeadLetter): Uint8Array {
  const { atMs, messageId, ...rest } = letter;
  return WireDeadLetter.encode({ ...rest, messageId: messageId ?? '', atUnixMs: atMs }).finish();
}

/** @throws {WireError} when the octets are no dead letter */
export function decodeDeadLetter(octets: Uint8Array): DeadLetter {
  return decodeWith('DeadLetter', () => {
    const { atUnixMs, messageId, ...rest } = WireDeadLetter.decode(octets);
    return { ...rest, ...(messageId === '' ? {} : { messageId }), atMs: atUnixMs };
  });
}
