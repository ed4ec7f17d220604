// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Message, SmppFields } from '@sendium/message';
import type { Fact } from '@sendium/receipts';

/** Facts as text. */
export function encodeFacts(facts: readonly Fact[]): string {
  return JSON.stringify(facts.some(hasOctets) ? facts.map(withText) : facts);
}

/** The facts of a text that `encodeFacts` made. */
export function decodeFacts(text: string): readonly Fact[] {
  const facts = JSON.parse(text) as readonly Fact[];
  return facts.some(hasOctets) ? facts.map(withOctets) : facts;
}

function hasOctets(fact: Fact): boolean {
  if (!('message' in fact)) return false;
  const { body, smpp } = fact.message;
  return body.kind === 'binary' || (smpp !== undefined && smpp.tlvs.length > 0);
}

function withText(fact: Fact): object {
  if (!('message' in fact) || !hasOctets(fact)) return fact;
  const { body, smpp } = fact.message;
  const message = {
    ...fact.message,
    ...(body.kind === 'binary'
      ? { body: { ...body, data: toBase64(body.data), udh: toBase64(body.udh) } }
      : {}),
    ...(smpp === undefined
      ? {}
      : {
          smpp: {
            ...smpp,
            tlvs: smpp.tlvs.map(({ tag, value }) => ({ tag, value: toBase64(value) })),
          },
        }),
  };
  return { ...fact, message };
}

function withOctets(fact: Fact): Fact {
  if (!('message' in fact) || !hasOctets(fact)) return fact;
  const encoded = fact.message as unknown as EncodedMessage;
  const { body, smpp } = encoded;
  const message: Message = {
    ...fact.message,
    ...(body.kind === 'binary'
      ? { body: { ...body, data: fromBase64(body.data), udh: fromBase64(body.udh) } }
      : {}),
    ...(smpp === undefined
      ? {}
      : {
          smpp: {
            ...smpp,
            tlvs: smpp.tlvs.map(({ tag, value }) => ({ tag, value: fromBase64(value) })),
          },
        }),
  };
  return { ...fact, message };
}

interface EncodedMessage {
  readonly body: EncodedBody | { readonly kind: 'text' };
  readonly smpp?: Omit<SmppFields, 'tlvs'> & {
    readonly tlvs: readonly { readonly tag: number; readonly value: string }[];
  };
}

interface EncodedBody {
  readonly kind: 'binary';
  readonly data: string;
  readonly udh: string;
  readonly dataCoding: number;
  readonly protocolId: number;
}

function toBase64(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('base64');
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
