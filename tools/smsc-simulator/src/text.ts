// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/*
 * The simulator reads and writes texts by tables of its own, not by the gateway's: a mistake there
 * must show here and not cancel itself out. Default alphabet and extension: 3GPP TS 23.038, 6.2.1.
 */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const extension: Readonly<Record<number, string>> = {
  0x0a: '\f',
  0x14: '^',
  0x28: '{',
  0x29: '}',
  0x2f: '\\',
  0x3c: '[',
  0x3d: '~',
  0x3e: ']',
  0x40: '|',
  0x65: '€',
};
const escape = 0x1b;
const septets = new Map<string, readonly number[]>([
  ...Array.from(basic).map((character, code) => [character, [code]] as const),
  ...Object.entries(extension).map(([code, char]) => [char, [escape, Number(code)]] as const),
]);
/** Octets that mean the same in GSM 03.38 and Latin-1, so that most texts need no table. */
const isPlain = /^[\n\r "#%&'()*+,\-./0-9:;<=>?A-Za-z]*$/;

function decodeGsm(octets: Buffer): string {
  let text = '';
  for (let index = 0; index < octets.length; index += 1) {
    const octet = octets[index] ?? 0;
    const escaped = octet === escape ? extension[octets[index + 1] ?? 0] : undefined;
    if (escaped !== undefined) index += 1;
    text += escaped ?? (octet === escape ? ' ' : (basic[octet & 0x7f] ?? ' '));
  }
  return text;
}

/** The text of a short message without its UDH, by the whole data_coding octet. */
export function decodeText(octets: Buffer, dataCoding: number): string {
  if (dataCoding === 8 || dataCoding === 0x18) {
    const even = Buffer.from(octets.subarray(0, octets.length & ~1));
    return even.swap16().toString('utf16le');
  }
  const latin1 = octets.toString('latin1');
  if (dataCoding !== 0 && dataCoding !== 0x10) return latin1;
  return isPlain.test(latin1) ? latin1 : decodeGsm(octets);
}

/** A text as parts that fit into one deliver_sm each, GSM 03.38 where that holds it, else UCS-2. */
export interface EncodedText {
  readonly dataCoding: 0 | 8;
  readonly parts: readonly Buffer[];
}

/** Cuts by `size` octets, never between an escape or surrogate and its successor. */
function cut(units: readonly (readonly number[])[], size: number): Buffer[] {
  const parts: number[][] = [[]];
  for (const unit of units) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + unit.length <= size) last.push(...unit);
    else parts.push([...unit]);
  }
  return parts.map((part) => Buffer.from(part));
}

/** The same in a data_coding of one's choice; undefined when that cannot hold the text. */
export function encodeTextAs(
  text: string,
  dataCoding: number,
): { readonly parts: readonly Buffer[]; readonly dataCoding: number } | undefined {
  switch (dataCoding) {
    case 0: {
      const encoded = encodeText(text);
      return encoded.dataCoding === 0 ? encoded : undefined;
    }
    case 3: {
      const octets = Array.from(Buffer.from(text, 'latin1'), (octet) => [octet]);
      const isLatin1 = Buffer.from(text, 'latin1').toString('latin1') === text;
      return isLatin1
        ? { dataCoding, parts: cut(octets, text.length <= 140 ? 140 : 134) }
        : undefined;
    }
    case 8:
      return encodeUcs2(text);
    default:
      return undefined;
  }
}

function encodeUcs2(text: string): EncodedText {
  const units = Array.from(text, (character) => [...Buffer.from(character, 'utf16le').swap16()]);
  return { dataCoding: 8, parts: cut(units, text.length <= 70 ? 140 : 134) };
}

/** Encodes a text for deliver_sm; parts of a longer one leave room for a UDH of six octets. */
export function encodeText(text: string): EncodedText {
  const gsm = Array.from(text, (character) => septets.get(character));
  if (gsm.every((codes) => codes !== undefined)) {
    const length = gsm.reduce((sum, codes) => sum + codes.length, 0);
    return { dataCoding: 0, parts: cut(gsm, length <= 160 ? 160 : 153) };
  }
  return encodeUcs2(text);
}
