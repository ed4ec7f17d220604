// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * From short messages back to what was sent.
 *
 * J1  Parts that follow one another in one charset are joined before they are decoded: a carrier
 *     may have cut inside an escape pair, a surrogate pair, a UTF-8 sequence or a single unit.
 * J2  Across a missing part nothing is joined: what stands there cannot be known.
 * J3  Where any part is binary, all are: a text with holes of binary is neither.
 */

import type { Charset } from './charset.ts';
import { gsm7AlphabetOf } from './gsm7-alphabet.ts';
import { decodeGsm7 } from './gsm7.ts';
import { decodeLatin1 } from './latin1.ts';
import { identifierOf } from './national-language.ts';
import { byteOrderMarkOf, decodeUcs2 } from './ucs2.ts';
import { openUserData } from './user-data.ts';
import type { DecodeOptions, OpenedUserData, UserData } from './user-data.ts';

/** What user data turned out to be. */
export type Decoded =
  | { readonly kind: 'text'; readonly text: string; readonly charset: Charset }
  /** Without the header. */
  | { readonly kind: 'binary'; readonly data: Buffer };

/** A part as it came; `number` is its place, from 1. */
export interface ReceivedPart extends UserData {
  readonly number: number;
}

/** What there is of a message; `missing` lists the numbers of the parts that did not come. */
export type Joined = Decoded & { readonly missing: readonly number[] };

/**
 * Reads the user data of a short message. Total: whatever a peer sends gives some text or binary,
 * and never an error.
 */
export function decodeUserData(userData: UserData, options: DecodeOptions = {}): Decoded {
  return decodeAll([{ number: 1, opened: openUserData(userData, options) }], options);
}

/**
 * Joins the parts of a message, given in any order. Of parts with one number the first counts, one
 * outside 1 to `total` does not. Total, as {@link decodeUserData} is; no part at all is empty text.
 */
export function joinParts(
  parts: readonly ReceivedPart[],
  total: number,
  options: DecodeOptions = {},
): Joined {
  const byNumber = new Map<number, ReceivedPart>();
  for (const part of parts) if (!byNumber.has(part.number)) byNumber.set(part.number, part);
  const opened: NumberedPart[] = [];
  const missing: number[] = [];
  for (let number = 1; number <= total; number += 1) {
    const part = byNumber.get(number);
    if (part === undefined) missing.push(number);
    else opened.push({ number, opened: openUserData(part, options) });
  }
  return { ...decodeAll(opened, options), missing };
}

interface NumberedPart {
  readonly number: number;
  readonly opened: OpenedUserData;
}

function decodeAll(parts: readonly NumberedPart[], options: DecodeOptions): Decoded {
  if (parts.some(({ opened }) => opened.charset === 'binary')) {
    return { kind: 'binary', data: Buffer.concat(parts.map(({ opened }) => opened.data)) };
  }
  const text = runsOf(parts).map((run) => decodeRun(run, options));
  const charset = parts[0]?.opened.charset ?? 'gsm7';
  return { kind: 'text', text: text.join(''), charset: charset === 'binary' ? 'gsm7' : charset };
}

/** Parts that are decoded together. */
function runsOf(parts: readonly NumberedPart[]): readonly (readonly OpenedUserData[])[] {
  const runs: OpenedUserData[][] = [];
  let last: NumberedPart | undefined;
  for (const part of parts) {
    if (last !== undefined && continues(last, part)) runs.at(-1)?.push(part.opened);
    else runs.push([part.opened]);
    last = part;
  }
  return runs;
}

function continues(last: NumberedPart, part: NumberedPart): boolean {
  const [a, b] = [last.opened, part.opened];
  return (
    part.number === last.number + 1 &&
    a.charset === b.charset &&
    identifierOf(a.shift.locking) === identifierOf(b.shift.locking) &&
    identifierOf(a.shift.single) === identifierOf(b.shift.single)
  );
}

function decodeRun(run: readonly OpenedUserData[], options: DecodeOptions): string {
  const [first] = run;
  if (first === undefined) return '';
  switch (first.charset) {
    case 'gsm7':
    case 'gsm7_packed':
      return decodeGsm7(concatenate(run), gsm7AlphabetOf(first.shift));
    case 'latin1':
    case 'ascii':
      // Octets that ASCII lacks come from carriers that mean Latin-1.
      return decodeLatin1(concatenate(run));
    case 'utf8':
      return concatenate(run)
        .toString('utf8')
        .replace(/^\ufeff/, '');
    case 'ucs2':
      return decodeUcs2(concatenate(withoutRepeatedMarks(run)), options.isLittleEndian);
    case 'binary':
      return '';
  }
}

function concatenate(run: readonly Pick<OpenedUserData, 'units'>[]): Buffer {
  return Buffer.concat(run.map(({ units }) => units));
}

/** Some senders begin each part with a byte order mark; the first one says it for all. */
function withoutRepeatedMarks(run: readonly OpenedUserData[]): readonly { units: Uint8Array }[] {
  const mark = byteOrderMarkOf(run[0]?.units ?? Buffer.alloc(0));
  if (mark === undefined) return run;
  return run.map(({ units }, index) => ({
    units: index > 0 && byteOrderMarkOf(units) === mark ? units.subarray(2) : units,
  }));
}
