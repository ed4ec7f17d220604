// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * From the octets that a client submitted to what the gateway carries. Text is read where that loses
 * nothing, so that it can be split, counted and encoded anew for a carrier with another alphabet;
 * whatever is no text, or would come out as other octets, is carried as it came.
 */
import type { AccountSmpp } from '@sendium/configuration';
import type { Encoding, MessageBody } from '@sendium/message';
import { describeDataCoding } from '@sendium/smpp-pdu';
import {
  chooseEncoding,
  countSegments,
  decodeText,
  encodeText,
  planBinarySegments,
  singleCapacity,
  type EncodedChoice,
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
  const content = text === undefined ? asItCame(given, none, given.octets) : ok(text);
  return content;
}

/** A header speaks of the whole, so nothing of it may be divided or encoded anew. */
function readWithHeader(given: GivenContent): Result<Content> {
  const { octets } = given;
  const headerLength = (octets[0] ?? 0) + 1;
  if (octets.length === 0 || headerLength > octets.length) return reject('header_invalid');
  return asItCame(given, octets.subarray(0, headerLength), octets.subarray(headerLength));
}

function asItCame(given: GivenContent, udh: Buffer, data: Buffer): Result<Content> {
  const { dataCoding, protocolId } = given;
  const plan = planBinarySegments({ data, udh, dataCoding }, { longMessage: 'udh8', reference: 0 });
  if (plan.kind === 'not_divisible') return reject('payload_too_large');
  const segments = plan.kind === 'planned' ? plan.segments.length : plan.segments;
  return ok({
    body: { kind: 'binary', data, udh, dataCoding, protocolId },
    encoding: 'binary',
    segments,
  });
}

/** The content as text, where that loses nothing or where it must be split as text; else undefined. */
function textOf(given: GivenContent): Content | undefined {
  const { octets, dataCoding, alphabet } = given;
  const isDefault = dataCoding === 0;
  if (isDefault && alphabet !== 'gsm7') return freely(octets.toString(alphabet));
  const described = describeDataCoding(dataCoding);
  const { messageClass, isMessageWaiting } = described;
  // A class other than flash, and a waiting indication, are lost in a text.
  if (isMessageWaiting === true || (messageClass ?? 0) !== 0) return undefined;
  const isFlash = messageClass === 0;
  switch (isDefault ? 'gsm7' : described.alphabet) {
    case 'gsm7':
      return exactly(octets, 'gsm7', isFlash);
    case 'latin1':
      return exactly(octets, 'latin1', isFlash);
    case 'ucs2':
      return exactly(octets, 'ucs2', isFlash);
    case 'ia5':
      return octets.length <= singleCapacity('binary')
        ? undefined
        : freely(octets.toString('ascii'));
    default:
      return undefined;
  }
}

function exactly(octets: Buffer, encoding: TextEncoding, isFlash: boolean): Content | undefined {
  const choice = chooseEncoding(decodeText(octets, encoding), encoding);
  if (choice.kind !== 'chosen') return undefined;
  const isLong = octets.length > singleCapacity('binary');
  if (!isLong && !encodeText(choice.text, encoding).equals(octets)) return undefined;
  return textContent(choice, encoding, isFlash);
}

/** Text in an alphabet that need not be the carrier's: encoded as it fits best. */
function freely(text: string): Content | undefined {
  const choice = chooseEncoding(text, 'auto');
  return choice.kind === 'chosen' ? textContent(choice, 'auto', false) : undefined;
}

function textContent(
  choice: EncodedChoice,
  encoding: TextEncoding | 'auto',
  flash: boolean,
): Content {
  return {
    body: { kind: 'text', text: choice.text, encoding, flash },
    encoding: choice.encoding,
    segments: countSegments(choice, 'udh8'),
  };
}
