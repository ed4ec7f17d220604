// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { isReceipt, readReceipt } from './carrier-receipt.ts';
import { decodePdu } from './decode-pdu.ts';
import { encodePdu } from './encode-pdu.ts';
import type { Pdu, PduInput } from './pdu.ts';
import { pduTable } from './pdu-table.ts';
import { tlvTable } from './tlv-table.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

interface Vector {
  readonly name: string;
  readonly hex: string;
  readonly pdu?: { readonly [name: string]: Json };
  readonly canonical?: boolean;
  readonly malformed?: { readonly [name: string]: Json };
  readonly is_receipt?: boolean;
  readonly receipt?: Json;
}

const folder = new URL('../vectors/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const vectorsOf = (file: string) =>
  (JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { readonly vectors: Vector[] })
    .vectors;
const vectors = files.flatMap((file) =>
  vectorsOf(file).map((vector) => [`${file}: ${vector.name}`, vector] as const),
);
const having = (key: keyof Vector) => vectors.filter(([, vector]) => vector[key] !== undefined);

const camel = (name: string) =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The value of a vector as ours: names in camel case, octets as buffers, nothing for null. */
function ours(value: Json): unknown {
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  if (Array.isArray(value)) return value.map(ours);
  const entries = Object.entries(value as { readonly [name: string]: Json });
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === 'hex') return Buffer.from(first[1] as string, 'hex');
  return Object.fromEntries(entries.map(([name, one]) => [camel(name), ours(one)]));
}

function decoded(hex: string): Pdu {
  const result = decodePdu(Buffer.from(hex, 'hex'));
  if (result.kind === 'malformed') throw new Error(result.reason);
  return result.pdu;
}

test('the vectors cover every PDU and every TLV', () => {
  const pdus = vectors.flatMap(([, { pdu }]) => (pdu === undefined ? [] : [ours(pdu) as Pdu]));
  expect(new Set(pdus.map(({ command }) => command))).toEqual(new Set(Object.keys(pduTable)));
  const tlvs = new Set(pdus.flatMap((pdu) => Object.keys(pdu.tlvs)));
  tlvs.delete('other');
  expect(tlvs).toEqual(new Set(Object.keys(tlvTable)));
});

test.each(having('pdu'))('%s decodes to what it says', (_, { hex, pdu }) => {
  expect(decoded(hex)).toEqual(ours(pdu ?? null));
});

test.each(having('pdu').filter(([, { canonical }]) => canonical !== false))(
  '%s is what encoding gives',
  (_, { hex, pdu }) => {
    expect(encodePdu(ours(pdu ?? null) as PduInput).toString('hex')).toBe(hex);
  },
);

test.each(having('malformed'))('%s is answered as it says', (_, { hex, malformed }) => {
  expect(decodePdu(Buffer.from(hex, 'hex'))).toMatchObject({
    kind: 'malformed',
    ...(ours(malformed ?? null) as object),
  });
});

test.each(having('is_receipt'))('%s is read as it says', (_, { hex, is_receipt, receipt }) => {
  const pdu = decoded(hex);
  if (pdu.command !== 'deliver_sm') throw new Error('no deliver_sm');
  expect(isReceipt(pdu)).toBe(is_receipt);
  if (receipt !== undefined) expect(readReceipt(pdu)).toEqual(ours(receipt));
});
