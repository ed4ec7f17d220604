// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import {
  lanes,
  parseMessageId,
  type Address,
  type ClientAlphabet,
  type ClientPart,
  type DeliveryReport,
  type Encoding,
  type Lane,
  type Message,
  type MessageBody,
  type NationalLanguage,
  type RequestedEncoding,
  type SmppFields,
} from '@sendium/message';
import type { DeliveryReport as WireDeliveryReport } from './gen/sendium/v1/message.ts';
import {
  ClientAlphabet as WireAlphabet,
  Encoding as WireEncoding,
  type ClientPart as WireClientPart,
  type Message as WireMessage,
  type SmppFields as WireSmppFields,
} from './gen/sendium/v1/message.ts';
import { WireError } from './wire-error.ts';

const laneNumbers: Readonly<Record<Lane, 1 | 2 | 3>> = { priority: 1, normal: 2, bulk: 3 };
const reportNumbers: Readonly<Record<DeliveryReport, 1 | 2 | 3>> = { none: 1, final: 2, all: 3 };
const reports: readonly (DeliveryReport | undefined)[] = [undefined, 'none', 'final', 'all'];
const encodingNumbers = {
  auto: WireEncoding.AUTO,
  gsm7: WireEncoding.GSM7,
  ucs2: WireEncoding.UCS2,
  latin1: WireEncoding.LATIN1,
  binary: WireEncoding.BINARY,
} as const;
const languageNumbers: Readonly<Record<NationalLanguage, 1 | 2 | 3>> = {
  turkish: 1,
  spanish: 2,
  portuguese: 3,
};
const languageNames: readonly (NationalLanguage | undefined)[] = [
  undefined,
  'turkish',
  'spanish',
  'portuguese',
];
const alphabetNumbers: Readonly<Record<ClientAlphabet, 1 | 2 | 3 | 4>> = {
  ...{ gsm7: 1, latin1: 2, ascii: 3, utf8: 4 },
};
const alphabets: readonly (ClientAlphabet | undefined)[] = [
  ...([undefined, 'gsm7', 'latin1', 'ascii', 'utf8'] as const),
];
const encodings = ['auto', 'gsm7', 'ucs2', 'latin1', 'binary'] as const;

/** The domain's message as protobuf has it. */
export function messageToWire(message: Message): WireMessage {
  return {
    id: message.id,
    account: message.account,
    lane: laneNumbers[message.lane],
    to: message.to,
    from: message.from,
    body: bodyToWire(message.body),
    maxSegments: message.maxSegments,
    acceptedAtUnixMs: message.acceptedAtMs,
    sendAtUnixMs: message.sendAtMs ?? 0,
    expiresAtUnixMs: message.expiresAtMs,
    deliveryReport: reportNumbers[message.deliveryReport],
    clientReference: message.clientReference ?? '',
    metadata: message.metadata,
    webhookUrl: message.webhookUrl ?? '',
    clientMessageId: message.clientMessageId ?? '',
    batchId: message.batchId ?? '',
    origin: { ingress: message.origin.ingress, session: message.origin.session ?? '' },
    segments: message.segments,
    encoding: encodingNumbers[message.encoding],
    registeredDelivery: message.registeredDelivery,
    smpp: message.smpp === undefined ? undefined : smppToWire(message.smpp),
    clientParts: (message.clientParts ?? []).map(({ session = '', ...part }) => ({
      ...part,
      session,
    })),
  };
}

function smppToWire(fields: SmppFields): WireSmppFields {
  const { tlvs, join = false } = fields;
  return { ...fields, tlvs: tlvs as WireSmppFields['tlvs'], join };
}

function smppFromWire(wire: WireSmppFields): SmppFields {
  const { join, ...rest } = wire;
  return {
    ...rest,
    ...(join ? { join } : {}),
    source: addressFromWire(wire.source, 'message.smpp.source'),
    destination: addressFromWire(wire.destination, 'message.smpp.destination'),
  };
}

function bodyToWire(body: MessageBody): WireMessage['body'] {
  const given = body.alphabet;
  const alphabet = given === undefined ? WireAlphabet.UNSPECIFIED : alphabetNumbers[given];
  if (body.kind === 'binary') return { $case: 'binary', value: { ...body, alphabet } };
  return {
    $case: 'text',
    value: {
      text: body.text,
      encoding: encodingNumbers[body.encoding],
      flash: body.flash,
      languages: (body.languages ?? []).map((language) => languageNumbers[language]),
      alphabet,
    },
  };
}

/**
 * Protobuf's message as the domain has it.
 * @throws {WireError} when a field that every message has is missing or out of its range
 */
export function messageFromWire(wire: WireMessage | undefined): Message {
  if (wire === undefined) throw new WireError('message', 'missing');
  const id = parseMessageId(wire.id);
  if (id === undefined) throw new WireError('message.id', 'not a message id');
  return {
    id,
    account: wire.account,
    lane: lanes[wire.lane - 1] ?? 'normal',
    to: addressFromWire(wire.to, 'message.to'),
    from: addressFromWire(wire.from, 'message.from'),
    body: bodyFromWire(wire.body),
    maxSegments: wire.maxSegments,
    acceptedAtMs: wire.acceptedAtUnixMs,
    ...(wire.sendAtUnixMs === 0 ? {} : { sendAtMs: wire.sendAtUnixMs }),
    expiresAtMs: wire.expiresAtUnixMs,
    deliveryReport: reportFromWire(wire.deliveryReport),
    ...optional('clientReference', wire.clientReference),
    metadata: wire.metadata,
    ...optional('webhookUrl', wire.webhookUrl),
    ...optional('clientMessageId', wire.clientMessageId),
    ...optional('batchId', wire.batchId),
    origin: {
      ingress: wire.origin?.ingress === 'smpp' ? 'smpp' : 'http',
      ...optional('session', wire.origin?.session ?? ''),
    },
    segments: wire.segments,
    encoding: encodingFromWire(wire.encoding) ?? 'gsm7',
    ...(wire.registeredDelivery === undefined
      ? {}
      : { registeredDelivery: wire.registeredDelivery }),
    ...(wire.smpp === undefined ? {} : { smpp: smppFromWire(wire.smpp) }),
    ...partsFromWire(wire.clientParts),
  };
}

function partsFromWire(parts: readonly WireClientPart[]): Pick<Message, 'clientParts'> {
  return parts.length === 0 ? {} : { clientParts: parts.map(partFromWire) };
}

function partFromWire({ id, registeredDelivery, session }: WireClientPart): ClientPart {
  return { id, registeredDelivery, ...optional('session', session) };
}

/** A field that protobuf leaves empty when it is not there. */
function optional<K extends string>(key: K, value: string): Partial<Record<K, string>> {
  return value === '' ? {} : ({ [key]: value } as Record<K, string>);
}

function reportFromWire(report: WireDeliveryReport): DeliveryReport {
  return reports[report] ?? 'final';
}

/** An address, which must be there. */
export function addressFromWire(wire: Address | undefined, field: string): Address {
  if (wire === undefined) throw new WireError(field, 'missing');
  return wire;
}

function bodyFromWire(body: WireMessage['body']): MessageBody {
  if (body === undefined) throw new WireError('message.body', 'missing');
  const alphabet = alphabets[body.value.alphabet];
  const given = alphabet === undefined ? {} : { alphabet };
  if (body.$case === 'binary') {
    const { data, udh, dataCoding, protocolId } = body.value;
    return { kind: 'binary', data, udh, dataCoding, protocolId, ...given };
  }
  const { text, encoding, flash, languages } = body.value;
  const known = languages.flatMap((number) => languageNames[number] ?? []);
  return {
    ...{ kind: 'text', text, encoding: requestedFromWire(encoding), flash },
    ...(known.length === 0 ? {} : { languages: known }),
    ...given,
  };
}

function requestedFromWire(encoding: WireEncoding): RequestedEncoding {
  const found = encodings[encoding - 1] ?? 'auto';
  return found === 'binary' ? 'auto' : found;
}

/** The encoding used, or undefined where none is known. */
export function encodingFromWire(encoding: WireEncoding): Encoding | undefined {
  const found = encodings[encoding - 1];
  return found === 'auto' ? undefined : found;
}

/** The encoding's number; unspecified where none is known. */
export function encodingToWire(encoding: Encoding | undefined): WireEncoding {
  return encoding === undefined ? WireEncoding.UNSPECIFIED : encodingNumbers[encoding];
}

/** The octets that a message takes in a batch, at most, without encoding it. */
export function messageSize(message: Message): number {
  const { body } = message;
  let size = 256 + message.account.length + smppSize(message.smpp);
  size += body.kind === 'text' ? body.text.length * 3 : body.data.length + body.udh.length;
  size += (message.clientReference?.length ?? 0) * 3 + (message.webhookUrl?.length ?? 0) * 3;
  size += (message.clientParts?.length ?? 0) * 96;
  for (const [key, value] of Object.entries(message.metadata)) {
    size += (key.length + value.length) * 3 + 8;
  }
  return size;
}

function smppSize(fields: SmppFields | undefined): number {
  if (fields === undefined) return 0;
  return fields.tlvs.reduce((size, tlv) => size + tlv.value.length + 16, 128);
}
