// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

declare const brand: unique symbol;

/**
 * The id of a message: a UUIDv7 (RFC 9562, 5.7) as 32 lowercase hex digits. The same 128 bits are the
 * message's trace id, and bytes 8-15 are its root span's id; so apart from the two variant bits those
 * are random, with no counter in them.
 */
export type MessageId = string & { readonly [brand]: 'MessageId' };

/** Random octets that one id takes. */
export const messageIdRandomBytes = 10;

/**
 * Makes an id from a time and randomness.
 * @param unixMs milliseconds since 1970, 0 .. 2^48 - 1
 * @param random at least 10 random octets from `offset` on; they are read, not kept
 * @param offset where in `random` to begin
 */
export function createMessageId(unixMs: number, random: Uint8Array, offset = 0): MessageId {
  const time = unixMs.toString(16).padStart(12, '0');
  const at = (i: number): string => hexOf[random[offset + i] ?? 0] ?? '';
  const version = hexOf[0x70 | ((random[offset] ?? 0) & 0x0f)] ?? '';
  const variant = hexOf[0x80 | ((random[offset + 2] ?? 0) & 0x3f)] ?? '';
  return (time +
    version +
    at(1) +
    variant +
    at(3) +
    at(4) +
    at(5) +
    at(6) +
    at(7) +
    at(8) +
    at(9)) as MessageId;
}

const hexOf: readonly string[] = Array.from({ length: 256 }, (_, i) =>
  i.toString(16).padStart(2, '0'),
);

const canonical = /^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/;

/** Accepts an id with or without hyphens, in either case; anything that is no UUIDv7 gives undefined. */
export function parseMessageId(text: string): MessageId | undefined {
  if (canonical.test(text)) return text as MessageId;
  const plain = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)
    ? text.replaceAll('-', '')
    : text;
  const lower = plain.toLowerCase();
  return canonical.test(lower) ? (lower as MessageId) : undefined;
}

/** When the id was made, in milliseconds since 1970: it says so itself. */
export function messageIdTimeMs(id: MessageId): number {
  return Number.parseInt(id.slice(0, 12), 16);
}
