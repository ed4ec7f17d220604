// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { InboundSource } from '@sendium/configuration';
import type { InboundMessage, ReceivedMessage } from '@sendium/contracts';
import type { Encoding } from '@sendium/message';
import { buildUdh, joinParts, parseUdh, type Charset, type Joined } from '@sendium/text';
import type { Assembly } from './assembly.ts';

/** In esm_class: the octets begin with a header. */
const userDataHeader = 0x40;
/** Elements that say how parts are joined, with references of 8 and of 16 bits. */
const concatenation: ReadonlySet<number> = new Set([0x00, 0x08]);

const encodings: Readonly<Record<Charset, Encoding>> = {
  gsm7: 'gsm7',
  gsm7_packed: 'gsm7',
  ascii: 'latin1',
  latin1: 'latin1',
  utf8: 'ucs2',
  ucs2: 'ucs2',
};

/** Reads an SMS: its text, or its octets where they are no text that we know. Total. */
export function readAssembly(
  { parts, total }: Assembly,
  { defaultAlphabet, ucs2ByteOrder }: Pick<InboundSource, 'defaultAlphabet' | 'ucs2ByteOrder'>,
): ReceivedMessage {
  const inOrder = [...parts].sort((a, b) => a.number - b.number);
  const first = inOrder[0]?.part;
  if (first === undefined) throw new RangeError('An assembly has a part.');
  const joined = joinParts(
    inOrder.map(({ number, part }) => ({ number, ...userDataOf(part) })),
    total,
    { defaultAlphabet, isLittleEndian: ucs2ByteOrder === 'little' },
  );
  return {
    id: first.id,
    connector: first.connector,
    from: first.from,
    to: first.to,
    body: bodyOf(joined),
    udh: udhOf(first),
    encoding: joined.kind === 'text' ? encodings[joined.charset] : 'binary',
    dataCoding: first.dataCoding,
    protocolId: first.protocolId,
    segments: total,
    segmentsMissing: joined.missing.length,
    receivedAtMs: Math.min(...inOrder.map(({ part }) => part.receivedAtMs)),
  };
}

function userDataOf({ octets, esmClass, dataCoding }: InboundMessage) {
  return { octets, hasHeader: hasHeader(esmClass), dataCoding };
}

function hasHeader(esmClass: number): boolean {
  return (esmClass & userDataHeader) !== 0;
}

function bodyOf(joined: Joined): ReceivedMessage['body'] {
  return joined.kind === 'text'
    ? { kind: 'text', text: joined.text }
    : { kind: 'binary', octets: joined.data };
}

/** The header without what joins the parts; one that cannot be read stays as it is. */
function udhOf({ octets, esmClass }: InboundMessage): Uint8Array {
  if (!hasHeader(esmClass)) return new Uint8Array(0);
  const header = parseUdh(octets);
  if (header.kind === 'parsed') {
    return buildUdh(header.elements.filter(({ id }) => !concatenation.has(id)));
  }
  const isWithin = header.reason === 'element_overrun';
  return isWithin ? octets.slice(0, (octets[0] ?? 0) + 1) : new Uint8Array(0);
}
