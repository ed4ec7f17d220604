// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { DeadLetter as WireDeadLetter } from './gen/sendium/v1/envelope.ts';
import type { DeadLetter } from './items.ts';
import { decodeWith } from './wire-error.ts';

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
