// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Charset, DefaultAlphabet } from './charset.ts';

/** By SMPP 3.4, 5.2.19, for values below 16; what is not here has no alphabet that we read. */
const smppCharsets: Readonly<Partial<Record<number, Charset>>> = {
  1: 'ascii',
  3: 'latin1',
  8: 'ucs2',
};

/**
 * How octets with a data_coding are to be read, `binary` where they are not text that we know:
 * binary itself, compressed text, and the Japanese, Korean, Cyrillic and Hebrew sets of SMPP.
 * From 16 on the values are those of 3GPP TS 23.038, 4 and 5, of which reserved ones mean GSM-7.
 */
export function charsetOf(
  dataCoding: number,
  defaultAlphabet: DefaultAlphabet = 'gsm7',
): Charset | 'binary' {
  const gsm7 = defaultAlphabet === 'gsm7_packed' ? 'gsm7_packed' : 'gsm7';
  if (dataCoding === 0) return defaultAlphabet;
  if (dataCoding < 0x10) return smppCharsets[dataCoding] ?? 'binary';
  switch (dataCoding & 0xf0) {
    case 0xc0:
    case 0xd0:
      // A waiting indication, its text to be dropped or kept.
      return gsm7;
    case 0xe0:
      return 'ucs2';
    case 0xf0:
      return (dataCoding & 0x04) === 0 ? gsm7 : 'binary';
    default:
      return dataCoding < 0x80 ? generalCharsetOf(dataCoding, gsm7) : gsm7;
  }
}

/** The general groups, also those marked for automatic deletion: bit 5 says compressed. */
function generalCharsetOf(dataCoding: number, gsm7: Charset): Charset | 'binary' {
  if ((dataCoding & 0x20) !== 0) return 'binary';
  switch (dataCoding & 0x0c) {
    case 0x04:
      return 'binary';
    case 0x08:
      return 'ucs2';
    default:
      return gsm7;
  }
}
