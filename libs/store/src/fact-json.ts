// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Message } from '@sendium/message';
import type { Fact } from '@sendium/receipts';

/** A fact as text. */
export function encodeFact(fact: Fact): string {
  if (!('message' in fact) || fact.message.body.kind === 'text') return JSON.stringify(fact);
  const { body } = fact.message;
  const octets = { data: toBase64(body.data), udh: toBase64(body.udh) };
  return JSON.stringify({ ...fact, message: { ...fact.message, body: { ...body, ...octets } } });
}

/** The fact of a text that `encodeFact` made. */
export function decodeFact(text: string): Fact {
  const fact = JSON.parse(text) as Fact;
  if (!('message' in fact) || fact.message.body.kind === 'text') return fact;
  const body = fact.message.body as unknown as EncodedBody;
  const octets = { data: fromBase64(body.data), udh: fromBase64(body.udh) };
  const message: Message = { ...fact.message, body: { ...body, ...octets } };
  return { ...fact, message };
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
