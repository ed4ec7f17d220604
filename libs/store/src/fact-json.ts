// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import type { Message } from '@sendium/message';
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
  return 'message' in fact && fact.message.body.kind === 'binary';
}

function withText(fact: Fact): object {
  if (!('message' in fact) || fact.message.body.kind === 'text') return fact;
  const { body } = fact.message;
  const octets = { data: toBase64(body.data), udh: toBase64(body.udh) };
  return { ...fact, message: { ...fact.message, body: { ...body, ...octets } } };
}

function withOctets(fact: Fact): Fact {
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
