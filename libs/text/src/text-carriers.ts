// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { fitsCharset } from './charset.ts';
import type { Charset, DefaultAlphabet } from './charset.ts';
import type { EncodedChoice, TextEncoding } from './choose-encoding.ts';
import { encodeGsm7 } from './gsm7.ts';

/** A way in which a PDU can carry a text. */
export interface TextCarrier {
  /** On the air. */
  readonly encoding: TextEncoding;
  /** In the PDU. */
  readonly charset: Charset;
  readonly dataCoding: number;
}

/*
 * SMPP 3.4, 5.2.19; 0x10 and 0x18 are message class 0, flash, in GSM-7 and UCS-2
 * (3GPP TS 23.038, 4). Latin-1 has no flash.
 */
const latin1 = { encoding: 'latin1', charset: 'latin1', dataCoding: 0x03 } as const;
const ucs2 = { encoding: 'ucs2', charset: 'ucs2', dataCoding: 0x08 } as const;
const ucs2Flash = { ...ucs2, dataCoding: 0x18 } as const;

/**
 * The ways that a carrier understands, the best first; the last one carries any text.
 *
 * A carrier with another default alphabet than GSM-7 takes data_coding 0 for that and writes GSM-7
 * on the air itself, so that a part holds as much; but it must have all of the characters. Only
 * data_coding 0 is so redefined: flash in GSM-7 is sent to such a carrier where its octets are the
 * same in both. Else text goes out in the encodings that say what they are.
 */
export function textCarriersOf(
  choice: EncodedChoice,
  defaultAlphabet: DefaultAlphabet,
  isFlash: boolean,
): readonly [TextCarrier, ...TextCarrier[]] {
  switch (choice.encoding) {
    case 'latin1':
      return [latin1];
    case 'ucs2':
      return [isFlash ? ucs2Flash : ucs2];
    case 'gsm7':
      return defaultAlphabet === 'gsm7' || defaultAlphabet === 'gsm7_packed'
        ? [gsm7In(defaultAlphabet, isFlash)]
        : carriersWithout(choice.text, defaultAlphabet, isFlash);
  }
}

function gsm7In(charset: DefaultAlphabet, isFlash: boolean): TextCarrier {
  return { encoding: 'gsm7', charset, dataCoding: isFlash ? 0x10 : 0x00 };
}

function carriersWithout(
  text: string,
  charset: DefaultAlphabet,
  isFlash: boolean,
): readonly [TextCarrier, ...TextCarrier[]] {
  if (isFlash) return isAsciiInGsm7(text) ? [gsm7In('gsm7', true)] : [ucs2Flash];
  const named = fitsCharset(text, 'latin1') ? ([latin1, ucs2] as const) : ([ucs2] as const);
  return fitsCharset(text, charset) ? [gsm7In(charset, false), ...named] : named;
}

function isAsciiInGsm7(text: string): boolean {
  return encodeGsm7(text).equals(Buffer.from(text, 'utf8'));
}
