// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What a message says: its text or its octets, settled at acceptance. The text is then as it will be
 * sent: in normal form C, with its replacements.
 */
import type { Account } from '@sendium/configuration';
import type { Encoding, MessageBody } from '@sendium/message';
import {
  chooseEncoding,
  countSegments,
  maxSegments,
  planBinarySegments,
  singleCapacity,
  type EncodingRefusal,
  type Replacement,
} from '@sendium/text';
import { refuse, type FieldError } from './field-error.ts';
import type { MessageFields } from './request-schema.ts';

/** The fields that it depends on. */
export const contentFields = [
  ...(['text', 'encoding', 'smart_encoding', 'national_languages', 'flash'] as const),
  ...(['binary', 'max_segments'] as const),
] as const;

/** The body, and what it takes under the default settings. */
export interface Content {
  readonly body: MessageBody;
  readonly encoding: Encoding;
  readonly segments: number;
  readonly maxSegments: number;
  /** What smart encoding changed of the text. */
  readonly replacements: readonly Replacement[];
}

type Counted = Omit<Content, 'maxSegments'>;

/** The content, or the first thing wrong with it. */
export function contentOf(fields: MessageFields, account: Account): Content | FieldError {
  const { binary } = fields;
  const allowed = fields.max_segments ?? account.maxSegments;
  const content = binary == null ? textOf(fields, account) : binaryOf(fields, binary);
  if ('pointer' in content) return content;
  const { segments } = content;
  if (segments <= allowed) return { ...content, maxSegments: allowed };
  const detail = `has ${segments} parts, allowed are ${allowed}`;
  return refuse(binary == null ? 'text' : 'binary', 'too_many_segments', detail);
}

/** What no number of parts can carry is not worth being cut into them. */
const mostUnits = maxSegments * singleCapacity('gsm7');
const tooLong = `has more than ${maxSegments} parts`;

function textOf(fields: MessageFields, account: Account): Counted | FieldError {
  const { text, flash, encoding } = fields;
  if (text == null || text === '') return refuse('text', 'text_required', 'must not be empty');
  // Composing shortens: two units become one in GSM-7; in UCS-2 three may, of which fewer fit.
  if (text.length > 2 * mostUnits) return refuse('text', 'too_many_segments', tooLong);
  const requested = encoding ?? 'auto';
  const languages = fields.national_languages ?? account.languages;
  const isSmart = fields.smart_encoding ?? false;
  const choice = chooseEncoding(text, requested, { languages, isSmart });
  if (choice.kind === 'refused') return refuseText(choice, requested);
  // A byte order mark alone.
  if (choice.text === '') return refuse('text', 'text_required', 'must not be empty');
  if (choice.units > mostUnits) return refuse('text', 'too_many_segments', tooLong);
  return {
    body: {
      ...{ kind: 'text', text: choice.text, encoding: requested, flash: flash ?? false },
      ...(languages.length === 0 ? {} : { languages }),
    },
    encoding: choice.encoding,
    segments: countSegments(choice, 'udh8'),
    replacements: choice.replacements,
  };
}

/** Names the first character that is in the way: by its number, too, since many cannot be seen. */
function refuseText(refusal: EncodingRefusal, requested: string): FieldError {
  const { at, character, codePoint, reason } = refusal;
  const number = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
  return reason === 'lone_surrogate'
    ? refuse('text', 'text_malformed', `has half a surrogate pair, ${number}, at index ${at}`)
    : refuse(
        'text',
        'text_not_encodable',
        `${requested} lacks ${number} ${character} at index ${at}`,
      );
}

function binaryOf(
  fields: MessageFields,
  binary: NonNullable<MessageFields['binary']>,
): Counted | FieldError {
  const excluded = contentFields.find((name) => isForText(name) && isAsked(fields[name]));
  if (excluded !== undefined) return refuse(excluded, 'invalid_value', 'cannot stand with binary');
  const { data_coding: dataCoding, protocol_id: protocolId } = binary;
  const data = Buffer.from(binary.data, 'base64');
  const udh = Buffer.from(binary.udh ?? '', 'base64');
  if (udh.length > 0 && udh[0] !== udh.length - 1) {
    return refuse('binary', 'invalid_value', 'the first octet of udh must tell its length');
  }
  const plan = planBinarySegments({ data, udh, dataCoding }, { longMessage: 'udh8', reference: 0 });
  if (plan.kind === 'not_divisible') {
    return refuse('binary', 'invalid_value', 'data and udh together exceed 140 octets');
  }
  return {
    body: { kind: 'binary', data, udh, dataCoding, protocolId },
    encoding: 'binary',
    segments: plan.kind === 'planned' ? plan.segments.length : plan.segments,
    replacements: [],
  };
}

function isForText(name: (typeof contentFields)[number]): boolean {
  return name !== 'binary' && name !== 'max_segments';
}

function isAsked(value: unknown): boolean {
  return value != null && value !== false;
}
