// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Concatenation, Segment } from '@sendium/text';

/** One submit_sm, as far as its content settles it. */
export interface SubmissionPart {
  /** What of the text it carries; left out where the message is no text. */
  readonly text?: string;
  /** Septets, octets or UTF-16 units, the header not counted. */
  readonly units: number;
  /** Of short_message, or of message_payload: with the header where there is one. */
  readonly octets: Buffer;
  /** Octets of the header; with one, esm_class has the UDHI bit. */
  readonly headerOctets: number;
  readonly isPayload: boolean;
  /** What the sar_* TLVs say, where the part goes by them. */
  readonly sar?: Concatenation;
}

/** A segment of a text or of octets as its submit_sm carries it. */
export function toSubmissionPart(
  segment: Segment & { readonly text?: string; readonly units: number },
): SubmissionPart {
  const { octets, carriage, text, units } = segment;
  const part = { ...(text === undefined ? {} : { text }), units, octets };
  switch (carriage.kind) {
    case 'single':
      return { ...part, headerOctets: 0, isPayload: false };
    case 'payload':
      return { ...part, headerOctets: 0, isPayload: true };
    case 'udh': {
      const { udh } = carriage;
      const headerOctets = udh.length;
      return { ...part, octets: Buffer.concat([udh, octets]), headerOctets, isPayload: false };
    }
    case 'sar': {
      const { reference, total, sequence } = carriage;
      return { ...part, headerOctets: 0, isPayload: false, sar: { reference, total, sequence } };
    }
  }
}
