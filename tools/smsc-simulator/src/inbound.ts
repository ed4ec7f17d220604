// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Item } from './outbox.ts';
import type { Address } from './submission.ts';
import { encodeText } from './text.ts';

/** An SMS from a handset to the gateway's client. */
export interface Inbound {
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** Whose binds it goes to; without it to those of the client that bound last. */
  readonly systemId?: string;
}

const udhi = 0x40;
let reference = 0;

/** Checks the JSON of an inbound SMS; a string says what is wrong. */
export function parseInbound(input: unknown): Inbound | string {
  if (typeof input !== 'object' || input === null) return 'must be a JSON object';
  const { from, to, text, systemId } = input as Record<string, unknown>;
  for (const [name, value] of Object.entries({ from, to, text }))
    if (typeof value !== 'string') return `${name} must be a string`;
  if (systemId !== undefined && typeof systemId !== 'string') return 'systemId must be a string';
  if ((from as string).length > 20 || (to as string).length > 20)
    return 'from and to have at most 20 characters';
  return input as Inbound;
}

/** Digits in international form are given as such, letters as alphanumeric, the rest as unknown. */
function toAddress(given: string): Address {
  if (/^\+\d+$/.test(given)) return { ton: 1, npi: 1, address: given.slice(1) };
  if (/^\d+$/.test(given)) return { ton: given.length > 8 ? 1 : 0, npi: 1, address: given };
  return { ton: 5, npi: 0, address: given };
}

/** The deliver_sm of an inbound SMS, one for each part. */
export function toInboundItems(inbound: Inbound, systemId: string): readonly Item[] {
  const { dataCoding, parts } = encodeText(inbound.text);
  const source = toAddress(inbound.from);
  const destination = toAddress(inbound.to);
  reference = (reference + 1) % 256;
  const ours = reference;
  const isLong = parts.length > 1;
  return parts.map((octets, index) => {
    const udh = Buffer.from([5, 0, 3, ours, parts.length, index + 1]);
    const delivery = {
      source,
      destination,
      esmClass: isLong ? udhi : 0,
      dataCoding,
      octets: isLong ? Buffer.concat([udh, octets]) : octets,
    };
    return { kind: 'message', systemId, make: () => delivery };
  });
}
