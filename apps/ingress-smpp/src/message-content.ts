// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * From the octets that a client submitted to what the gateway carries. Text is read where that loses
 * nothing, so that it can be split, counted and encoded anew for a carrier with another alphabet;
 * whatever is no text, or would come out as other octets, is carried as it came.
 */
import type { AccountSmpp } from '@sendium/configuration';
import type { Encoding, MessageBody, NationalLanguage, RequestedEncoding } from '@sendium/message';
import { describeDataCoding } from '@sendium/smpp-pdu';
import {
  buildUdh,
  chooseEncoding,
  countSegments,
  decodeText,
  decodeUserData,
  encodeCharset,
  encodeText,
  fitsCharset,
  planBinarySegments,
  singleCapacity,
  type EncodedChoice,
  type InformationElement,
  type TextEncoding,
} from '@sendium/text';
import { ok, reject, type Result } from './submit-status.ts';

/** What a client submitted. */
export interface GivenContent {
  /** Of short_message or message_payload, with its header where there is one. */
  readonly octets: Buffer;
  readonly hasHeader: boolean;
  readonly dataCoding: number;
  readonly protocolId: number;
  /** What data_coding 0 means to this client. */
  readonly alphabet: AccountSmpp['defaultAlphabet'];
  /** Whose national tables its texts may use. */
  readonly languages: readonly NationalLanguage[];
  /** What TLVs say that the header of each part will say: counted where there is no header. */
  readonly elements: readonly InformationElement[];
}

/** The body, and what it takes under the default settings. */
export interface Content {
  readonly body: MessageBody;
  readonly encoding: Encoding;
  readonly segments: number;
}

const none = Buffer.alloc(0);

/** Reads the content; refused is only what nobody could send. */
export function readContent(given: GivenContent): Result<Content> {
  if (given.hasHeader) return readWithHeader(given);
  const text = textOf(given);
  return text === undefined ? asItCame(given, none, given.octets) : ok(text);
}

/** A header speaks of the octets as they are, so they are not read. */
function readWithHeader(given: GivenContent): Result<Content> {
  const { octets } = given;
  const headerLength = (octets[0] ?? 0) + 1;
  if (octets.length === 0 || headerLength > octets.length) return reject('header_invalid');
  return asItCame(given, octets.subarray(0, headerLength), octets.subarray(headerLength));
}

function asItCame(given: GivenContent, udh: Buffer, data: Buffer): Result<Content> {
  const { dataCoding, protocolId, alphabet, elements } = given;
  const counted = { data, dataCoding, udh: given.hasHeader ? udh : buildUdh(elements) };
  const plan = planBinarySegments(counted, { longMessage: 'udh8', reference: 0 });
  if (plan.kind === 'not_divisible') return reject('payload_too_large');
  const segments = plan.kind === 'planned' ? plan.segments.length : plan.segments;
  return ok({
    body: { kind: 'binary', data, udh, dataCoding, protocolId, alphabet },
    encoding: 'binary',
    segments,
  });
}

/** The content as text, where that loses nothing or where it must be split as text; else undefined. */
function textOf(given: GivenContent): Content | undefined {
  const { octets, dataCoding, alphabet } = given;
  const isDefault = dataCoding === 0;
  if (isDefault && alphabet !== 'gsm7') return inOwnAlphabet(given);
  const described = describeDataCoding(dataCoding);
  const { messageClass, isMessageWaiting } = described;
  // A class other than flash, and a waiting indication, are lost in a text.
  if (isMessageWaiting === true || (messageClass ?? 0) !== 0) return undefined;
  const isFlash = messageClass === 0;
  switch (isDefault ? 'gsm7' : described.alphabet) {
    case 'gsm7':
      return exactly(given, 'gsm7', isFlash);
    case 'latin1':
      return exactly(given, 'latin1', isFlash);
    case 'ucs2':
      return exactly(given, 'ucs2', isFlash);
    case 'ia5':
      return octets.length <= singleCapacity('binary')
        ? undefined
        : freely(given, octets.toString('ascii'));
    default:
      return undefined;
  }
}

function exactly(given: GivenContent, encoding: TextEncoding, flash: boolean): Content | undefined {
  const { octets } = given;
  const choice = chooseEncoding(decodeText(octets, encoding), encoding);
  if (choice.kind !== 'chosen') return undefined;
  const isLong = octets.length > singleCapacity(encoding === 'gsm7' ? 'gsm7' : 'binary');
  if (!isLong && !encodeText(choice.text, encoding).equals(octets)) return undefined;
  // GSM-7 is what each carrier takes for its default alphabet: another one may write it otherwise.
  return textContent(given, choice, { encoding: encoding === 'gsm7' ? 'auto' : encoding, flash });
}

/** Text under data_coding 0 of a client that takes it for another alphabet than GSM-7. */
function inOwnAlphabet(given: GivenContent): Content | undefined {
  const { octets, alphabet } = given;
  const data = { octets, hasHeader: false, dataCoding: 0 };
  const decoded = decodeUserData(data, { defaultAlphabet: alphabet });
  if (decoded.kind !== 'text') return undefined;
  const { text } = decoded;
  const isSame = fitsCharset(text, alphabet) && encodeCharset(text, alphabet).equals(octets);
  // Octets that ASCII lacks are taken for Latin-1.
  return isSame || alphabet === 'ascii' ? freely(given, text, alphabet) : undefined;
}

/** Text in an alphabet that need not be the carrier's: encoded as it fits best. */
function freely(
  given: GivenContent,
  text: string,
  alphabet?: AccountSmpp['defaultAlphabet'],
): Content | undefined {
  const { languages } = given;
  const choice = chooseEncoding(text, 'auto', { languages });
  if (choice.kind !== 'chosen') return undefined;
  return textContent(given, choice, {
    ...{ encoding: 'auto', flash: false },
    ...(languages.length === 0 ? {} : { languages }),
    ...(alphabet === undefined ? {} : { alphabet }),
  });
}

interface TextWish {
  readonly encoding: RequestedEncoding;
  readonly flash: boolean;
  readonly languages?: readonly NationalLanguage[];
  readonly alphabet?: AccountSmpp['defaultAlphabet'];
}

function textContent({ elements }: GivenContent, choice: EncodedChoice, wish: TextWish): Content {
  return {
    body: { kind: 'text', text: choice.text, ...wish },
    encoding: choice.encoding,
    segments: countSegments(choice, 'udh8', elements),
  };
}
