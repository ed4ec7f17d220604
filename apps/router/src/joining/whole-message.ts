// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

/*
 * One message from the parts that a client has cut. Invariants:
 *
 * 1. What is not certain to say the same is not joined: parts of several data codings, texts with elements
 *    in their headers that only octets can carry, octets that are no text although they should be.
 * 2. The message is that of its first part, with the id of it: whoever joins the parts again, after a
 *    crash, makes the same message.
 */
import type { Account } from '@sendium/configuration';
import type {
  ClientAlphabet,
  ClientPart,
  Message,
  MessageBody,
  NationalLanguage,
} from '@sendium/message';
import { describeDataCoding } from '@sendium/smpp-pdu';
import {
  buildUdh,
  charsetOf,
  chooseEncoding,
  countSegments,
  encodeText,
  joinParts,
  parseUdh,
  planBinarySegments,
  type DefaultAlphabet,
  type InformationElement,
  type Joined,
  type ReceivedPart,
} from '@sendium/text';

/** What of an account decides how its parts are read. */
export type PartReader = Pick<Account, 'languages' | 'smpp'>;

type Content = Pick<Message, 'body' | 'encoding' | 'segments'>;

/** In esm_class: the octets begin with a header. */
const userDataHeader = 0x40;
const concatenation: ReadonlySet<number> = new Set([0x00, 0x08]);
const sarTags: ReadonlySet<number> = new Set([0x020c, 0x020e, 0x020f]);

/** Single and locking shift to a national language (3GPP TS 23.040, 9.2.3.24). */
const shifts: ReadonlySet<number> = new Set([0x24, 0x25]);
const languageNames: readonly (NationalLanguage | undefined)[] = [
  undefined,
  'turkish',
  'spanish',
  'portuguese',
];

/**
 * The message of which these are all the parts, in order; undefined when they had better go on one by one.
 */
export function wholeMessageOf(
  parts: readonly Message[],
  account: PartReader | undefined,
): Message | undefined {
  const [first] = parts;
  if (first?.smpp === undefined) return undefined;
  const content = contentOf(parts, account);
  if (content === undefined) return undefined;
  const { smpp } = first;
  const hasHeader = content.body.kind === 'binary' && content.body.udh.length > 0;
  const registeredDelivery = askedByAny(parts);
  return {
    ...first,
    ...content,
    maxSegments: Math.max(first.maxSegments, parts.length, content.segments),
    deliveryReport: reportOf(registeredDelivery),
    registeredDelivery,
    smpp: {
      ...smpp,
      join: false,
      esmClass: hasHeader ? smpp.esmClass : smpp.esmClass & ~userDataHeader,
      tlvs: smpp.tlvs.filter(({ tag }) => !sarTags.has(tag)),
    },
    clientParts: parts.map(toClientPart),
  };
}

function toClientPart({ id, clientMessageId, registeredDelivery, origin }: Message): ClientPart {
  const { session } = origin;
  return {
    id: clientMessageId ?? id,
    registeredDelivery: registeredDelivery ?? 0,
    ...(session === undefined ? {} : { session }),
  };
}

function contentOf(
  parts: readonly Message[],
  account: PartReader | undefined,
): Content | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const dataCodings = new Set(parts.map(dataCodingOf));
  if (dataCodings.size > 1) return undefined;
  const dataCoding = dataCodingOf(first);
  const alphabet = first.body.alphabet ?? account?.smpp?.defaultAlphabet ?? 'gsm7';
  const userData = parts.map((part, index) => ({
    ...{ number: index + 1, dataCoding },
    ...userDataOf(part, dataCoding, alphabet),
  }));
  const elements = userData.map(elementsOf);
  const joined = joinParts(userData, parts.length, { defaultAlphabet: alphabet });
  if (joined.kind === 'binary') return binaryContent(first, joined.data, elements[0] ?? []);
  const rules = { dataCoding, given: first.body.alphabet, account };
  return textContent(joined, elements.flat(), rules);
}

function dataCodingOf({ body, smpp }: Message): number {
  return body.kind === 'binary' ? body.dataCoding : (smpp?.dataCoding ?? 0);
}

/** The octets as the client gave them; a text is one only where it comes out as the same octets. */
function userDataOf(
  { body }: Message,
  dataCoding: number,
  alphabet: DefaultAlphabet,
): Pick<ReceivedPart, 'octets' | 'hasHeader'> {
  if (body.kind === 'binary') {
    const octets = Buffer.concat([body.udh, body.data]);
    return { octets, hasHeader: body.udh.length > 0 };
  }
  return { octets: octetsOf(body.text, dataCoding, alphabet), hasHeader: false };
}

function octetsOf(text: string, dataCoding: number, alphabet: DefaultAlphabet): Buffer {
  switch (charsetOf(dataCoding, alphabet)) {
    case 'ucs2':
      return encodeText(text, 'ucs2');
    case 'latin1':
    case 'ascii':
      return Buffer.from(text, 'latin1');
    case 'utf8':
      return Buffer.from(text);
    default:
      return encodeText(text, 'gsm7');
  }
}

/** Those that do not join the parts. */
function elementsOf({ octets, hasHeader }: ReceivedPart): readonly InformationElement[] {
  const header = hasHeader ? parseUdh(octets) : undefined;
  const elements = header?.kind === 'parsed' ? header.elements : [];
  return elements.filter(({ id }) => !concatenation.has(id));
}

function binaryContent(
  first: Message,
  data: Buffer,
  elements: readonly InformationElement[],
): Content | undefined {
  const fields = {
    ...{ data, udh: buildUdh(elements) },
    dataCoding: dataCodingOf(first),
    protocolId: first.smpp?.protocolId ?? 0,
  };
  const plan = planBinarySegments(fields, { longMessage: 'udh8', reference: 0 });
  if (plan.kind === 'not_divisible') return undefined;
  const segments = plan.kind === 'planned' ? plan.segments.length : plan.segments;
  const { alphabet } = first.body;
  const given = alphabet === undefined ? {} : { alphabet };
  return { body: { kind: 'binary', ...fields, ...given }, encoding: 'binary', segments };
}

interface TextRules {
  readonly dataCoding: number;
  /** What the client takes data_coding 0 for, where it is not GSM-7. */
  readonly given: ClientAlphabet | undefined;
  readonly account: PartReader | undefined;
}

function textContent(
  joined: Joined & { readonly kind: 'text' },
  elements: readonly InformationElement[],
  { dataCoding, given, account }: TextRules,
): Content | undefined {
  const { messageClass = 0, isMessageWaiting } = describeDataCoding(dataCoding);
  if (isMessageWaiting === true || messageClass !== 0) return undefined;
  const shown = languagesIn(elements);
  if (shown === undefined) return undefined;
  const languages = [...new Set([...(account?.languages ?? []), ...shown])];
  const encoding = encodingOf(joined, dataCoding);
  const choice = chooseEncoding(joined.text, encoding, { languages });
  if (choice.kind !== 'chosen') return undefined;
  const body: MessageBody = {
    ...{ kind: 'text', text: choice.text, encoding },
    flash: describeDataCoding(dataCoding).messageClass === 0,
    ...(languages.length === 0 ? {} : { languages }),
    ...(dataCoding !== 0 || given === undefined || given === 'gsm7' ? {} : { alphabet: given }),
  };
  return { body, encoding: choice.encoding, segments: countSegments(choice, 'udh8') };
}

/** What the client asked for in so many words; the default alphabet is each carrier's own. */
function encodingOf(
  { charset }: Joined & { readonly kind: 'text' },
  dataCoding: number,
): 'auto' | 'latin1' | 'ucs2' {
  if (dataCoding === 0) return 'auto';
  return charset === 'latin1' || charset === 'ucs2' ? charset : 'auto';
}

/** The languages whose tables the parts use; undefined where elements say more than that. */
function languagesIn(
  elements: readonly InformationElement[],
): readonly NationalLanguage[] | undefined {
  const languages: NationalLanguage[] = [];
  for (const { id, data } of elements) {
    const language = shifts.has(id) ? languageNames[data[0] ?? 0] : undefined;
    if (language === undefined) return undefined;
    languages.push(language);
  }
  return languages;
}

/** registered_delivery (SMPP 5.0, 4.7.21): bits 1-0 ask for receipts, 0x10 for the intermediate one. */
const finalBits = { mask: 0x03, all: 1 } as const;
const intermediateBit = 0x10;

/** An octet that asks for all that any of the parts asks for. */
function askedByAny(parts: readonly Message[]): number {
  const asked = parts.map(({ registeredDelivery = 0 }) => registeredDelivery);
  const finals = new Set(asked.map((octet) => octet & finalBits.mask).filter((bits) => bits !== 0));
  const [only = 0] = finals;
  const other = asked.reduce((sum, octet) => sum | (octet & ~finalBits.mask), 0);
  return other | (finals.size > 1 ? finalBits.all : only);
}

function reportOf(registeredDelivery: number): Message['deliveryReport'] {
  if ((registeredDelivery & intermediateBit) !== 0) return 'all';
  return (registeredDelivery & finalBits.mask) === 0 ? 'none' : 'final';
}
