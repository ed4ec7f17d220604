// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Charset, DefaultAlphabet } from './charset.ts';
import { charsetOf } from './data-coding.ts';
import { noShift, shiftOf } from './national-language.ts';
import type { Shift } from './national-language.ts';
import { fillBitsAfter, unpackSeptets } from './septet-packing.ts';
import { parseUdh } from './udh.ts';
import type { InformationElement } from './udh.ts';

/** What a PDU says of its text. */
export interface UserData {
  /** Of short_message or message_payload, with the header where there is one. */
  readonly octets: Uint8Array;
  /** The UDHI bit of esm_class. */
  readonly hasHeader: boolean;
  readonly dataCoding: number;
}

/** What a connector's carrier is known to send. */
export interface DecodeOptions {
  /** `gsm7` by default. */
  readonly defaultAlphabet?: DefaultAlphabet;
  /** UCS-2 without a byte order mark is little endian. */
  readonly isLittleEndian?: boolean;
}

/** User data without its header, ready to be joined and decoded. */
export interface OpenedUserData {
  readonly charset: Charset | 'binary';
  readonly shift: Shift;
  readonly elements: readonly InformationElement[];
  /** As it came. */
  readonly data: Uint8Array;
  /** Septets one to an octet, even if they came packed; else as it came. */
  readonly units: Uint8Array;
}

/**
 * Takes the header off. Total: one that is longer than the octets is none, and of one with a
 * malformed element nothing is read.
 */
export function openUserData(
  { octets, hasHeader, dataCoding }: UserData,
  { defaultAlphabet = 'gsm7' }: DecodeOptions,
): OpenedUserData {
  const charset = charsetOf(dataCoding, defaultAlphabet);
  const { elements, headerOctets } = headerOf(octets, hasHeader);
  const data = octets.subarray(headerOctets);
  const shift = elements.length === 0 ? noShift : shiftOf(elements);
  const units = charset === 'gsm7_packed' ? unpackSeptets(data, fillBitsAfter(headerOctets)) : data;
  return { charset, shift, elements, data, units };
}

function headerOf(
  octets: Uint8Array,
  hasHeader: boolean,
): { elements: readonly InformationElement[]; headerOctets: number } {
  const none = { elements: [], headerOctets: 0 };
  if (!hasHeader) return none;
  const header = parseUdh(octets);
  if (header.kind === 'parsed') {
    return { elements: header.elements, headerOctets: header.length };
  }
  return header.reason === 'header_overrun'
    ? none
    : { elements: [], headerOctets: (octets[0] ?? 0) + 1 };
}
