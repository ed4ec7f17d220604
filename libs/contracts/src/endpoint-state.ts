// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** What is known of a webhook endpoint that does not work; one that works has no such state. */
export interface EndpointState {
  /** `failing`: it is called on, with pauses. `disabled`: what is for it goes to DEAD. */
  readonly kind: 'failing' | 'disabled';
  /** Since when every call failed. Milliseconds since 1970. */
  readonly sinceMs: number;
  /** Why it was switched off, or what it failed with first. */
  readonly reason: string;
  /** Of its URL and secrets: with others it is another endpoint, of which nothing is known. */
  readonly digest: string;
}

/** The value in the bucket of endpoints. */
export function encodeEndpointState(state: EndpointState): Uint8Array {
  const { sinceMs, ...rest } = state;
  return Buffer.from(JSON.stringify({ ...rest, since: new Date(sinceMs).toISOString() }));
}

/** Undefined when the octets are no such value. */
export function decodeEndpointState(octets: Uint8Array): EndpointState | undefined {
  try {
    const raw = JSON.parse(Buffer.from(octets).toString('utf8')) as Record<string, unknown>;
    const { kind, since, reason, digest } = raw;
    if (kind !== 'failing' && kind !== 'disabled') return undefined;
    if (typeof since !== 'string' || typeof reason !== 'string') return undefined;
    const sinceMs = Date.parse(since);
    if (Number.isNaN(sinceMs) || typeof digest !== 'string') return undefined;
    return { kind, sinceMs, reason, digest };
  } catch {
    return undefined;
  }
}
