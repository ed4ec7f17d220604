// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gsm7AlphabetOf, notGsm7 } from './gsm7-alphabet.ts';
import { decodeGsm7, encodeGsm7 } from './gsm7.ts';
import { chooseEncoding, decodeUserData, planText } from './index.ts';
import type { EncodedChoice, NationalLanguage, PlannedText, TextOptions } from './index.ts';
import type { Shift } from './national-language.ts';

const languages = ['turkish', 'spanish', 'portuguese'] as const;
const shifts: readonly Shift[] = [
  {},
  ...languages.map((single) => ({ single })),
  ...(['turkish', 'portuguese'] as const).flatMap((locking) => [
    { locking },
    ...languages.map((single) => ({ locking, single })),
  ]),
];

function chosen(text: string, allowed: readonly NationalLanguage[]): EncodedChoice {
  const choice = chooseEncoding(text, 'auto', { languages: allowed });
  if (choice.kind !== 'chosen') throw new Error(choice.reason);
  return choice;
}

function planned(text: string, options: TextOptions): PlannedText {
  const plan = planText(text, options);
  if (plan.kind !== 'planned') throw new Error(plan.kind);
  return plan;
}

describe('the tables of 3GPP TS 23.038, annex A', () => {
  test.each([
    ['locking Turkish', { locking: 'turkish' }, '€ıĞğŞşİç', '04070b0c1c1d4060'],
    ['single Turkish', { single: 'turkish' }, 'ĞİŞçğış€', '1b471b491b531b631b671b691b731b65'],
    ['single Spanish', { single: 'spanish' }, 'çÁÍÓÚáíóú', '1b091b411b491b4f1b551b611b691b6f1b75'],
    [
      'locking Portuguese',
      { locking: 'portuguese' },
      'êúíóçÔôÁáªÇÀ∞^\\€Ó|ÂâÊºÍÃÕÚ~ãõ`',
      '0406070809' + '0b0c0e0f' + '12131415161718191a1c1d1e' + '24405b5c5d' + '607b7c7d',
    ],
    [
      'single Portuguese',
      { single: 'portuguese' },
      'êçÔôÁáΦΓΩΠΨΣΘÊÀÍÓÚÃÕÂíóúãõâ',
      '1b051b091b0b1b0c1b0e1b0f1b121b131b151b161b171b181b191b1f' +
        '1b411b491b4f1b551b5b1b5c1b611b691b6f1b751b7b1b7c1b7f',
    ],
  ] as const)('%s has its characters where the specification has them', (_, shift, text, hex) => {
    expect(decodeGsm7(Buffer.from(hex, 'hex'), gsm7AlphabetOf(shift))).toBe(text);
  });

  test.each([
    [{ locking: 'turkish' }, 127],
    [{ locking: 'portuguese' }, 127],
  ] as const)('%j leaves no septet without a character of its own', (shift, characters) => {
    const { base } = gsm7AlphabetOf(shift);
    expect(base).toHaveLength(128);
    expect(new Set(base.slice(0, 0x1b) + base.slice(0x1c)).size).toBe(characters);
  });

  test.each(shifts)('what %j encodes, it decodes', (shift) => {
    const alphabet = gsm7AlphabetOf(shift);
    const all = Array.from({ length: 0x10000 }, (_, unit) => unit)
      .filter((unit) => alphabet.codes[unit] !== notGsm7)
      .map((unit) => String.fromCharCode(unit));
    expect(all.length).toBeGreaterThanOrEqual(137 - 10);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...all) }), (text) => {
        expect(decodeGsm7(encodeGsm7(text, alphabet), alphabet)).toBe(text);
      }),
    );
    expect(decodeGsm7(encodeGsm7(all.join(''), alphabet), alphabet)).toBe(all.join(''));
  });
});

describe('choosing national tables', () => {
  test('they are used only for languages that are allowed, and only where they are needed', () => {
    expect(chosen('şifre', [])).toMatchObject({ encoding: 'ucs2', shift: {} });
    expect(chosen('şifre', ['spanish'])).toMatchObject({ encoding: 'ucs2', shift: {} });
    expect(chosen('şifre', ['turkish'])).toMatchObject({
      ...{ encoding: 'gsm7', units: 6, shift: { single: 'turkish' } },
    });
    expect(chosen('code', languages)).toMatchObject({ encoding: 'gsm7', shift: {} });
    expect(chosen('Дş', languages).encoding).toBe('ucs2');
  });

  test('of equals the single shift is taken, else what makes the fewest parts', () => {
    expect(chosen('ş'.repeat(77), ['turkish']).shift).toEqual({ single: 'turkish' });
    expect(chosen('ş'.repeat(78), ['turkish']).shift).toEqual({ locking: 'turkish' });
    expect(chosen('ş'.repeat(155), ['turkish']).shift).toEqual({ locking: 'turkish' });
    expect(chosen('á'.repeat(70), ['portuguese', 'spanish']).shift).toEqual({
      single: 'portuguese',
    });
  });

  test('tables of two languages work together where a text needs both', () => {
    const text = 'şá';
    expect(chosen(text, ['turkish', 'spanish']).shift).toEqual({
      ...{ locking: 'turkish', single: 'spanish' },
    });
  });

  test('a carrier whose default alphabet is another cannot have them', () => {
    const text = planned('şifre', { languages: ['turkish'], defaultAlphabet: 'utf8' });
    expect(text).toMatchObject({ encoding: 'ucs2', dataCoding: 0x08 });
  });
});

describe('the header', () => {
  const headerOf = (text: string, options: TextOptions): (string | undefined)[] =>
    planned(text, { ...options, reference: 0x1234 }).segments.map(({ carriage }) =>
      carriage.kind === 'udh' ? carriage.udh.toString('hex') : undefined,
    );

  test('announces the tables in each part, also in a single one', () => {
    const options = { languages: ['turkish'] } as const;
    expect(headerOf('şifre', options)).toEqual(['03240101']);
    expect(headerOf('ş'.repeat(100), options)).toEqual(['03250101']);
    expect(headerOf(`${'ş'.repeat(155)}a`, options)).toEqual([
      '080003340201250101',
      '080003340202250101',
    ]);
    expect(headerOf('şá', { languages: ['turkish', 'spanish'] })).toEqual(['06250101240102']);
  });

  test.each(['sar', 'payload'] as const)(
    'takes the place of %s, which no carrier would heed beside it',
    (longMessage) => {
      const options = { languages: ['turkish'], longMessage } as const;
      expect(headerOf(`${'ş'.repeat(155)}a`, options)[0]).toBe('090804123402012501' + '01');
    },
  );

  test('a reader finds the tables in it, and the general ones for a language it does not know', () => {
    const read = (hex: string): unknown =>
      decodeUserData({ octets: Buffer.from(hex, 'hex'), hasHeader: true, dataCoding: 0 });
    expect(read('032401011b73')).toMatchObject({ text: 'ş' });
    expect(read('032501011d')).toMatchObject({ text: 'ş' });
    expect(read('03240104' + '1b65')).toMatchObject({ text: '€' });
    expect(read('03250102' + '1c')).toMatchObject({ text: 'Æ' });
    expect(read('0624010124010361')).toMatchObject({ text: 'a' });
    expect(read('0624010124010' + '31b61')).toMatchObject({ text: 'Â' });
  });
});
