// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { decodeText, encodeText } from './text.ts';

test('GSM text of plain letters, of other letters and of the extension table is read', () => {
  expect(decodeText(Buffer.from('Hello'), 0)).toBe('Hello');
  expect(decodeText(Buffer.from([0x00, 0x02, 0x11, 0x1b, 0x65, 0x1b, 0x28]), 0)).toBe('@$_€{');
});

test('UCS-2 and Latin-1 are read by the whole data_coding octet', () => {
  expect(decodeText(Buffer.from('041f0440', 'hex'), 8)).toBe('Пр');
  expect(decodeText(Buffer.from('041f0440', 'hex'), 0x18)).toBe('Пр');
  expect(decodeText(Buffer.from([0xe9]), 3)).toBe('é');
});

test('an odd last octet of UCS-2 is left out, and reading changes nothing in what was read', () => {
  const octets = Buffer.from('041f04', 'hex');
  expect(decodeText(octets, 8)).toBe('П');
  expect(octets.toString('hex')).toBe('041f04');
});

test('what is encoded reads the same again, part by part', () => {
  for (const text of ['Grüße {1} €', 'Привет 👋', 'a'.repeat(152) + '€' + 'b'.repeat(200)]) {
    const { dataCoding, parts } = encodeText(text);
    expect(parts.map((part) => decodeText(part, dataCoding)).join('')).toBe(text);
    expect(parts.every((part) => part.length <= 140 || dataCoding === 0)).toBe(true);
  }
});

test('a part never ends between an escape and its character', () => {
  const { parts } = encodeText('a'.repeat(152) + '€' + 'a'.repeat(152));
  expect(parts.map((part) => part.length)).toEqual([152, 153, 1]);
});
