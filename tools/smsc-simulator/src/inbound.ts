// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import type { Item } from './outbox.ts';
import type { Address, Delivery, Tlv } from './submission.ts';
import { encodeText, encodeTextAs } from './text.ts';

/** SMS from a handset to the gateway's client. */
export interface Inbound {
  readonly from: Address;
  readonly to: Address;
  /** Without it, `octets` are sent as they are. */
  readonly text?: string;
  readonly octets?: Buffer;
  /** Chosen by the text where left out. */
  readonly dataCoding?: number;
  /** As needed by the text where left out. */
  readonly esmClass?: number;
  readonly protocolId: number;
  readonly tlvs: readonly Tlv[];
  /** Carried in message_payload, undivided. */
  readonly isPayload: boolean;
  /** So many SMS of this content. */
  readonly repeat: number;
  /** So many times the connection is ended in place of reading the answer; for each of them. */
  readonly loseAnswers: number;
  /** Whose binds it goes to; without it to those of the client that bound last. */
  readonly systemId?: string;
}

const udhi = 0x40;
const maxShortMessage = 254;
const maxRepeat = 100_000;
let reference = 0;

type Fields = Readonly<Record<string, unknown>>;

const known = new Set([
  ...['from', 'to', 'text', 'octets', 'dataCoding', 'esmClass', 'protocolId', 'tlvs'],
  ...['payload', 'repeat', 'loseAnswers', 'systemId'],
]);

/** Checks the JSON of inbound SMS; a string says what is wrong. */
export function parseInbound(input: unknown): Inbound | string {
  if (typeof input !== 'object' || input === null) return 'must be a JSON object';
  const fields = input as Fields;
  const problem = problemOf(fields);
  if (problem !== undefined) return problem;
  const from = toAddress(fields['from']);
  const to = toAddress(fields['to']);
  if (from === undefined || to === undefined)
    return 'from and to must be strings, or {ton, npi, address}, of at most 20 characters';
  const octets = fields['octets'];
  return {
    ...{ from, to, tlvs: toTlvs(fields['tlvs']) ?? [], isPayload: fields['payload'] === true },
    ...given(fields, ['text', 'systemId', 'dataCoding', 'esmClass']),
    ...(typeof octets === 'string' ? { octets: Buffer.from(octets, 'hex') } : {}),
    protocolId: (fields['protocolId'] ?? 0) as number,
    repeat: (fields['repeat'] ?? 1) as number,
    loseAnswers: (fields['loseAnswers'] ?? 0) as number,
  };
}

/** The first thing that is wrong. */
function problemOf(fields: Fields): string | undefined {
  return (
    problemOfFields(fields) ??
    problemOfContent(fields) ??
    problemOfNumbers(fields) ??
    misfit(fields)
  );
}

function problemOfFields(fields: Fields): string | undefined {
  const unknown = Object.keys(fields).find((name) => !known.has(name));
  if (unknown !== undefined) return `${unknown} is not known`;
  const { systemId, tlvs, payload } = fields;
  if (systemId !== undefined && typeof systemId !== 'string') return 'systemId must be a string';
  if (toTlvs(tlvs) === undefined) return 'tlvs must be [{tag, value}] with hexadecimal values';
  return payload === undefined || typeof payload === 'boolean'
    ? undefined
    : 'payload must be true or false';
}

function problemOfContent({ text, octets, payload }: Fields): string | undefined {
  if ((typeof text === 'string') === (typeof octets === 'string'))
    return 'either text or octets must be a string';
  if (typeof octets !== 'string') return undefined;
  if (!isHex(octets)) return 'octets must be hexadecimal';
  return payload === true || octets.length / 2 <= maxShortMessage
    ? undefined
    : `octets are at most ${maxShortMessage} without payload`;
}

function problemOfNumbers(fields: Fields): string | undefined {
  const octets = { dataCoding: 255, esmClass: 255, protocolId: 255 };
  const most = { ...octets, repeat: maxRepeat, loseAnswers: 1_000 };
  const wrong = Object.entries(most).find(([name, max]) => !isWhole(fields[name] ?? 0, max));
  return wrong === undefined ? undefined : `${wrong[0]} must be a whole number up to ${wrong[1]}`;
}

function misfit({ text, dataCoding }: Fields): string | undefined {
  return typeof text !== 'string' || encodeAs(text, dataCoding as number | undefined) !== undefined
    ? undefined
    : 'the text does not fit that dataCoding, or it is none of 0, 3 and 8: give octets';
}

const isHex = (text: string): boolean => /^([0-9a-f]{2})*$/i.test(text);
const isWhole = (value: unknown, max: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;

function given(fields: Fields, names: readonly string[]): object {
  return Object.fromEntries(
    names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])),
  );
}

/** Digits in international form are given as such, letters as alphanumeric, the rest as unknown. */
function toAddress(value: unknown): Address | undefined {
  if (typeof value !== 'string') return toGivenAddress(value);
  if (value.length > 20) return undefined;
  if (/^\+\d+$/.test(value)) return { ton: 1, npi: 1, address: value.slice(1) };
  if (/^\d+$/.test(value)) return { ton: value.length > 8 ? 1 : 0, npi: 1, address: value };
  return { ton: 5, npi: 0, address: value };
}

function toGivenAddress(value: unknown): Address | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { ton, npi, address } = value as Fields;
  const isRight = typeof address === 'string' && address.length <= 20;
  if (!isRight || !isWhole(ton, 255) || !isWhole(npi, 255)) return undefined;
  return { ton: ton as number, npi: npi as number, address };
}

function toTlvs(value: unknown): readonly Tlv[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return undefined;
  const tlvs = (value as readonly Fields[]).map(({ tag, value: octets }) =>
    isWhole(tag, 0xffff) && typeof octets === 'string' && isHex(octets)
      ? { tag: tag as number, value: Buffer.from(octets, 'hex') }
      : undefined,
  );
  return tlvs.some((tlv) => tlv === undefined)
    ? undefined
    : tlvs.filter((tlv) => tlv !== undefined);
}

function encodeAs(text: string, dataCoding: number | undefined) {
  return dataCoding === undefined ? encodeText(text) : encodeTextAs(text, dataCoding);
}

/** The deliver_sm of inbound SMS, one for each part of each. */
export function toInboundItems(inbound: Inbound, systemId: string): readonly Item[] {
  return Array.from({ length: inbound.repeat }, () => toDeliveries(inbound))
    .flat()
    .map((delivery) => ({
      ...{ kind: 'message', systemId, answersToLose: inbound.loseAnswers },
      make: () => delivery,
    }));
}

function toDeliveries(inbound: Inbound): readonly Delivery[] {
  const { from, to, text, octets = Buffer.alloc(0), protocolId, tlvs, isPayload } = inbound;
  const encoded = text === undefined ? undefined : encodeAs(text, inbound.dataCoding);
  const whole = encoded === undefined ? [octets] : encoded.parts;
  const parts = isPayload ? [Buffer.concat(whole)] : whole;
  const isLong = parts.length > 1;
  if (isLong) reference = (reference + 1) % 256;
  const ours = reference;
  return parts.map((part, index) => {
    const udh = Buffer.from([5, 0, 3, ours, parts.length, index + 1]);
    return {
      ...{ source: from, destination: to, protocolId, tlvs, isPayload },
      esmClass: (inbound.esmClass ?? 0) | (isLong ? udhi : 0),
      dataCoding: inbound.dataCoding ?? encoded?.dataCoding ?? 0,
      octets: isLong ? Buffer.concat([udh, part]) : part,
    };
  });
}
