// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { InboundMessage } from '@sendium/contracts';
import { describeDataCoding, esmClass as bits } from '@sendium/smpp-pdu';
import {
  buildUdh,
  charsetOf,
  decodeUserData,
  encodeCharset,
  fitsCharset,
  parseUdh,
  type Charset,
} from '@sendium/text';
import type { Alphabets } from './inbound-pdu.ts';

type Coded = Pick<InboundMessage, 'octets' | 'dataCoding'>;

/** UCS-2 (SMPP 3.4, 5.2.19), and with message class 0 (3GPP TS 23.038, 4). */
const ucs2 = { plain: 0x08, flash: 0x18 } as const;
/** Elements that name the tables which GSM-7 was written by: the text is written anew without them. */
const tableElements: ReadonlySet<number> = new Set([0x24, 0x25]);

/**
 * The octets as they are, where carrier and application read them alike. Else the text written anew: in
 * the application's alphabet, or in UCS-2 where that does not hold it.
 */
export function adaptText(part: InboundMessage, { carrier, application }: Alphabets): Coded {
  const { octets, dataCoding } = part;
  const given = charsetOf(dataCoding, carrier.defaultAlphabet);
  const wanted = charsetOf(dataCoding, application);
  const isSwapped = given === 'ucs2' && carrier.ucs2ByteOrder === 'little';
  if (given === 'binary' || wanted === 'binary' || (given === wanted && !isSwapped)) {
    return { octets, dataCoding };
  }
  return rewrite(part, { carrier, wanted });
}

function rewrite(
  { octets, dataCoding, esmClass }: InboundMessage,
  { carrier, wanted }: Pick<Alphabets, 'carrier'> & { readonly wanted: Charset },
): Coded {
  const hasHeader = (esmClass & bits.userDataHeader) !== 0;
  const decoded = decodeUserData(
    { octets, hasHeader, dataCoding },
    {
      defaultAlphabet: carrier.defaultAlphabet,
      isLittleEndian: carrier.ucs2ByteOrder === 'little',
    },
  );
  const header = headerOf(octets, hasHeader);
  if (decoded.kind === 'binary' || header === undefined) return { octets, dataCoding };
  const isFitting = fitsCharset(decoded.text, wanted);
  const text = encodeCharset(decoded.text.toWellFormed(), isFitting ? wanted : 'ucs2');
  return {
    octets: Buffer.concat([header, text]),
    dataCoding: isFitting ? dataCoding : ucs2Of(dataCoding),
  };
}

/** Undefined for a header that cannot be read: then nothing is known of what it says. */
function headerOf(octets: Uint8Array, hasHeader: boolean): Buffer | undefined {
  if (!hasHeader) return Buffer.alloc(0);
  const header = parseUdh(octets);
  if (header.kind === 'malformed') return undefined;
  return buildUdh(header.elements.filter(({ id }) => !tableElements.has(id)));
}

function ucs2Of(dataCoding: number): number {
  return describeDataCoding(dataCoding).messageClass === 0 ? ucs2.flash : ucs2.plain;
}
