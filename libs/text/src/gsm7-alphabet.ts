// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/** The escape septet: the one after it is read in the extension table. */
export const gsm7Escape = 0x1b;

/**
 * GSM 03.38 default alphabet, 16 characters to a row; the index is the septet.
 * 0x1B is the escape and stands for no character (a space holds its place).
 */
export const gsm7Default = [
  '@£$¥èéùìòÇ\nØø\rÅå',
  'Δ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ',
  ' !"#¤%&\'()*+,-./',
  '0123456789:;<=>?',
  '¡ABCDEFGHIJKLMNO',
  'PQRSTUVWXYZÄÖÑÜ§',
  '¿abcdefghijklmno',
  'pqrstuvwxyzäöñüà',
].join('');

/** GSM 03.38 extension table: what escape and this septet mean together. */
export const gsm7Extension: ReadonlyMap<number, string> = new Map([
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
]);

/** In {@link gsm7Codes}: this UTF-16 unit has no place in the alphabet. */
export const notGsm7 = 0xffff;

/**
 * Septets of each UTF-16 unit: one (0..0x7F), two with the escape in the high byte (0x1Bxx), or
 * {@link notGsm7}. A flat table, because every character of every message passes here.
 */
export const gsm7Codes: Readonly<Uint16Array> = buildCodes();

function buildCodes(): Uint16Array {
  const codes = new Uint16Array(0x10000).fill(notGsm7);
  for (let septet = 0; septet < 0x80; septet += 1) {
    if (septet !== gsm7Escape) codes[gsm7Default.charCodeAt(septet)] = septet;
  }
  for (const [septet, character] of gsm7Extension) {
    codes[character.charCodeAt(0)] = (gsm7Escape << 8) | septet;
  }
  return codes;
}
