// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** Octets from the bus that are no message of ours: poison, never to be tried again. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly field: string;

  constructor(field: string, reason: string, options?: ErrorOptions) {
    super(`${field}: ${reason}`, options);
    this.field = field;
  }
}

/**
 * Runs a generated decoder, whose errors are of many kinds.
 * @throws {WireError} whatever the decoder threw, as its cause
 */
export function decodeWith<T>(what: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof WireError) throw cause;
    throw new WireError(what, 'cannot be decoded', { cause });
  }
}
