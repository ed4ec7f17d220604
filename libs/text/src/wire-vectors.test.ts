// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
/*
 * vectors/wire.json, for any language: a text and the settings of its message and connector (named as
 * in the configuration), and what goes over the wire, octets and headers in hex. `received` is there
 * where a reader gets another text than was given: in normal form C, or with replacements.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { joinParts, parseUdh, partOfElements, partOfSar, planText } from './index.ts';
import type {
  DefaultAlphabet,
  LongMessage,
  NationalLanguage,
  Replacement,
  TextEncoding,
  TextOptions,
  TextSegment,
} from './index.ts';

interface Part {
  readonly units: number;
  readonly octets: string;
  readonly udh?: string;
  readonly sar?: { readonly reference: number; readonly total: number; readonly sequence: number };
  readonly payload?: true;
}

interface Vector {
  readonly name: string;
  readonly text: string;
  readonly options: {
    readonly encoding?: TextEncoding;
    readonly languages?: readonly NationalLanguage[];
    readonly smart_encoding?: boolean;
    readonly flash?: boolean;
    readonly default_alphabet?: DefaultAlphabet;
    readonly long_message?: LongMessage;
    readonly reference: number;
  };
  readonly refused?: { readonly reason: string; readonly at: number };
  readonly encoding: TextEncoding;
  readonly data_coding: number;
  readonly received?: string;
  readonly replacements?: readonly Replacement[];
  readonly parts: readonly Part[];
}

const all = JSON.parse(
  readFileSync(new URL('../vectors/wire.json', import.meta.url), 'utf8'),
) as Vector[];
const refused = all.filter((vector) => vector.refused !== undefined);
const sent = all.filter((vector) => vector.refused === undefined);

function optionsOf({ options }: Vector): TextOptions {
  return {
    encoding: options.encoding ?? 'auto',
    languages: options.languages ?? [],
    isSmart: options.smart_encoding ?? false,
    isFlash: options.flash ?? false,
    defaultAlphabet: options.default_alphabet ?? 'gsm7',
    longMessage: options.long_message ?? 'udh8',
    reference: options.reference,
  };
}

function partOf({ octets, units, carriage }: TextSegment): Part {
  const part = { units, octets: octets.toString('hex') };
  switch (carriage.kind) {
    case 'single':
      return part;
    case 'payload':
      return { ...part, payload: true };
    case 'udh':
      return { ...part, udh: carriage.udh.toString('hex') };
    case 'sar': {
      const { reference, total, sequence } = carriage;
      return { ...part, sar: { reference, total, sequence } };
    }
  }
}

test('there are enough of them, each with a name of its own', () => {
  expect(sent.length).toBeGreaterThanOrEqual(100);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

test.each(sent)('sent: $name', (vector) => {
  const plan = planText(vector.text, optionsOf(vector));
  if (plan.kind !== 'planned') throw new Error(plan.kind);
  expect(plan).toMatchObject({ encoding: vector.encoding, dataCoding: vector.data_coding });
  expect(plan.segments.map(partOf)).toEqual(vector.parts);
  expect(plan.replacements).toEqual(vector.replacements ?? []);
});

test.each(refused)('refused: $name', (vector) => {
  expect(planText(vector.text, optionsOf(vector))).toMatchObject({
    ...{ kind: 'refused', ...vector.refused },
  });
});

test.each(sent)('received: $name', (vector) => {
  const parts = vector.parts.map(({ octets, udh = '', sar }) => {
    const header = parseUdh(Buffer.from(udh, 'hex'));
    const place =
      sar === undefined
        ? partOfElements(header.kind === 'parsed' ? header.elements : [])
        : partOfSar(sar);
    expect(place?.total ?? 1).toBe(vector.parts.length);
    return {
      number: place?.number ?? 1,
      octets: Buffer.from(udh + octets, 'hex'),
      hasHeader: udh !== '',
      dataCoding: vector.data_coding,
    };
  });
  expect(joinParts(parts.toReversed(), parts.length, optionsOf(vector))).toMatchObject({
    ...{ kind: 'text', text: vector.received ?? vector.text, missing: [] },
  });
});
