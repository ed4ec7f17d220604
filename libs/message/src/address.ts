// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** An SMPP address: its value, type of number and numbering plan (SMPP 3.4, 5.2.5 and 5.2.6). */
export interface Address {
  readonly ton: number;
  readonly npi: number;
  /** Digits without a plus where the type is international; otherwise as it is. */
  readonly value: string;
}

/** Types of number (SMPP 3.4, table 5-3). */
export const ton = {
  unknown: 0,
  international: 1,
  national: 2,
  network: 3,
  subscriber: 4,
  alphanumeric: 5,
  abbreviated: 6,
} as const;

/** Numbering plans (SMPP 3.4, table 5-4), as far as SMS uses them. */
export const npi = { unknown: 0, e164: 1 } as const;

const e164 = /^(?:\+|00)?([1-9]\d{6,14})$/;
const separators = /[\s().-]/g;

/**
 * Reads a recipient: an international number, with `+`, `00` or nothing before it, blanks, dots, hyphens
 * and brackets allowed between its digits. Anything else gives undefined.
 */
export function parseRecipient(text: string): Address | undefined {
  const digits = e164.exec(text)?.[1] ?? e164.exec(text.replace(separators, ''))?.[1];
  return digits === undefined
    ? undefined
    : { ton: ton.international, npi: npi.e164, value: digits };
}

const shortCode = /^\d{3,8}$/;
const gsmSender = /^[A-Za-z0-9 @£$¥èéùìòÇØøÅåÆæßÉ!"#%&'()*+,\-./:;<=>?¡ÄÖÑÜ§¿äöñüà_]{1,11}$/;

/**
 * Reads a sender: an international number, a short code of 3 to 8 digits, or up to 11 GSM characters with
 * a letter among them. Anything else gives undefined.
 */
export function parseSender(text: string): Address | undefined {
  if (shortCode.test(text)) return { ton: ton.unknown, npi: npi.e164, value: text };
  const number = parseRecipient(text);
  if (number !== undefined) return number;
  return gsmSender.test(text) && /[A-Za-z]/.test(text)
    ? { ton: ton.alphanumeric, npi: npi.unknown, value: text }
    : undefined;
}

/** How people write the address: `+` before an international number, else as it is. */
export function displayAddress(address: Address): string {
  return address.ton === ton.international ? `+${address.value}` : address.value;
}
