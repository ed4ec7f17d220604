// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** The alphabet a data_coding names; `default` is whatever the two sides agreed on. */
export type DataCodingAlphabet =
  | 'default'
  | 'gsm7'
  | 'ia5'
  | 'binary'
  | 'latin1'
  | 'jis'
  | 'iso-8859-5'
  | 'iso-8859-8'
  | 'ucs2'
  | 'pictogram'
  | 'iso-2022-jp'
  | 'jis-x-0212'
  | 'ks-c-5601'
  | 'reserved';

/** What a whole data_coding octet says. */
export interface DataCoding {
  readonly alphabet: DataCodingAlphabet;
  /** GSM message class; 0 is shown at once and not kept (flash). */
  readonly messageClass?: 0 | 1 | 2 | 3;
  /** Turns a waiting indication (voice mail and such) on or off. */
  readonly isMessageWaiting?: boolean;
}

const byValue: Readonly<Partial<Record<number, DataCodingAlphabet>>> = {
  0: 'default',
  1: 'ia5',
  2: 'binary',
  3: 'latin1',
  4: 'binary',
  5: 'jis',
  6: 'iso-8859-5',
  7: 'iso-8859-8',
  8: 'ucs2',
  9: 'pictogram',
  10: 'iso-2022-jp',
  13: 'jis-x-0212',
  14: 'ks-c-5601',
};

const classAlphabets = ['gsm7', 'binary', 'ucs2', 'reserved'] as const;

/** Reads the whole octet (SMPP 3.4, 5.2.19; 0x10-0x1F as GSM 03.38 has it, which is common practice). */
export function describeDataCoding(dataCoding: number): DataCoding {
  const group = dataCoding & 0xf0;
  const messageClass = (dataCoding & 0x03) as 0 | 1 | 2 | 3;
  switch (group) {
    case 0x00:
      return { alphabet: byValue[dataCoding] ?? 'reserved' };
    case 0x10:
      return { alphabet: classAlphabets[(dataCoding >> 2) & 0x03] ?? 'reserved', messageClass };
    case 0xc0:
    case 0xd0:
      return { alphabet: 'gsm7', isMessageWaiting: true };
    case 0xe0:
      return { alphabet: 'ucs2', isMessageWaiting: true };
    case 0xf0:
      return { alphabet: (dataCoding & 0x04) === 0 ? 'gsm7' : 'binary', messageClass };
    default:
      return { alphabet: 'reserved' };
  }
}

/** The bits of esm_class (SMPP 3.4, 5.2.12). */
export const esmClass = {
  /** short_message begins with a user data header. */
  userDataHeader: 0x40,
  replyPath: 0x80,
  modeMask: 0x03,
  datagram: 0x01,
  transaction: 0x02,
  storeAndForward: 0x03,
  typeMask: 0x3c,
  deliveryReceipt: 0x04,
  deliveryAcknowledgement: 0x08,
  manualAcknowledgement: 0x10,
  conversationAbort: 0x18,
  intermediateNotification: 0x20,
} as const;
