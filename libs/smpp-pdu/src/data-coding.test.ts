// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { describeDataCoding } from './data-coding.ts';

test.each([
  [0x00, { alphabet: 'default' }],
  [0x01, { alphabet: 'ia5' }],
  [0x02, { alphabet: 'binary' }],
  [0x03, { alphabet: 'latin1' }],
  [0x04, { alphabet: 'binary' }],
  [0x06, { alphabet: 'iso-8859-5' }],
  [0x08, { alphabet: 'ucs2' }],
  [0x0b, { alphabet: 'reserved' }],
  [0x10, { alphabet: 'gsm7', messageClass: 0 }],
  [0x15, { alphabet: 'binary', messageClass: 1 }],
  [0x18, { alphabet: 'ucs2', messageClass: 0 }],
  [0x48, { alphabet: 'reserved' }],
  [0xc8, { alphabet: 'gsm7', isMessageWaiting: true }],
  [0xe8, { alphabet: 'ucs2', isMessageWaiting: true }],
  [0xf0, { alphabet: 'gsm7', messageClass: 0 }],
  [0xf6, { alphabet: 'binary', messageClass: 2 }],
])('data_coding %d is read as a whole octet', (dataCoding, expected) => {
  expect(describeDataCoding(dataCoding)).toEqual(expected);
});
