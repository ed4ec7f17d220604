// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gsm7Alphabet, notGsm7 } from './gsm7-alphabet.ts';
import { countSeptets } from './gsm7.ts';
import { chooseEncoding } from './index.ts';
import type { ChooseOptions, EncodedChoice } from './index.ts';
import { lookAlikes } from './look-alikes.ts';

function smart(text: string, options: ChooseOptions = {}): EncodedChoice {
  const choice = chooseEncoding(text, 'auto', { isSmart: true, ...options });
  if (choice.kind !== 'chosen') throw new Error(choice.reason);
  return choice;
}

describe('smart encoding', () => {
  test.each([
    ['“It’s” „here‟', '"It\'s" "here"'],
    ['1–2—3―4‑5', '1-2-3-4-5'],
    ['wait…', 'wait...'],
    ['a\u00a0b\u202fc\u3000d\te', 'a b c d e'],
    ['a\u200bb\u200dc\u00add', 'abcd'],
    ['• one\u2028• two', '* one\n* two'],
    ['ﬁne ﬂow oﬃce', 'fine flow office'],
    ['ＡＢＣ１２３！＠～', 'ABC123!@~'],
    ['½ × 3™', '1/2 x 3TM'],
    ['`x´', "'x'"],
  ])('%j becomes %j', (given, expected) => {
    expect(smart(given)).toMatchObject({ encoding: 'gsm7', text: expected });
  });

  test('is off unless it is asked for', () => {
    expect(chooseEncoding('“x”')).toMatchObject({
      encoding: 'ucs2',
      text: '“x”',
      replacements: [],
    });
  });

  test('changes nothing unless then the whole text fits', () => {
    expect(smart('“Да”')).toMatchObject({ encoding: 'ucs2', text: '“Да”', replacements: [] });
    expect(smart('“á”')).toMatchObject({ encoding: 'ucs2', text: '“á”', replacements: [] });
  });

  test('lists each replacement with its place in the text as it was given', () => {
    expect(smart('e\u0301“x”').replacements).toEqual([
      { position: 2, from: '“', to: '"' },
      { position: 4, from: '”', to: '"' },
    ]);
    expect(smart('\ufeffab…').replacements).toEqual([{ position: 3, from: '…', to: '...' }]);
    expect(smart('a\u200b').replacements).toEqual([{ position: 1, from: '\u200b', to: '' }]);
  });

  test('blames no character that it would replace, and none that a table allowed has', () => {
    const at = (text: string, options: ChooseOptions): unknown =>
      chooseEncoding(text, 'gsm7', options);
    expect(at('It’s ş', {})).toMatchObject({ kind: 'refused', at: 2 });
    expect(at('It’s ş', { isSmart: true })).toMatchObject({ at: 5, character: 'ş' });
    expect(at('şş👋', { languages: ['turkish'] })).toMatchObject({ at: 2, codePoint: 0x1f44b });
    expect(at('ş’…Ж', { languages: ['turkish'], isSmart: true })).toMatchObject({ at: 3 });
  });

  test('goes along with GSM-7 on demand, and keeps away from the other encodings', () => {
    expect(chooseEncoding('“x”', 'gsm7', { isSmart: true })).toMatchObject({ text: '"x"' });
    expect(chooseEncoding('“x”', 'gsm7')).toMatchObject({ kind: 'refused', at: 0 });
    expect(chooseEncoding('“x”', 'ucs2', { isSmart: true })).toMatchObject({ text: '“x”' });
    expect(chooseEncoding('“x”', 'latin1', { isSmart: true })).toMatchObject({ at: 0 });
  });

  test('keeps what a national table has, and serves what it lacks', () => {
    const portuguese = smart('`ã`…', { languages: ['portuguese'] });
    expect(portuguese).toMatchObject({ text: '`ã`...', shift: { locking: 'portuguese' } });
    expect(smart('“ş”', { languages: ['turkish'] })).toMatchObject({ text: '"ş"' });
  });

  test('is no last word where the text fits as it is', () => {
    expect(smart('ş`', { languages: ['turkish', 'portuguese'] }).replacements).toEqual([]);
    expect(smart('`', { languages: ['portuguese'] })).toMatchObject({ text: '`' });
    expect(smart('^[€]').replacements).toEqual([]);
  });

  test('knows only characters that GSM-7 lacks, in normal form, and writes only what it has', () => {
    for (const [from, to] of lookAlikes) {
      expect([from, from.length, gsm7Alphabet.codes[from.charCodeAt(0)]]).toEqual([
        from,
        1,
        notGsm7,
      ]);
      expect([from, countSeptets(to)]).toEqual([from, to.replace(/[\\~^|{}[\]]/g, 'xx').length]);
    }
  });

  test('undoing the replacements gives the text back', () => {
    const unit = fc.constantFrom('a', 'é', '“', '…', '\u200b', '\t', 'ﬁ');
    fc.assert(
      fc.property(fc.string({ unit }), (given) => {
        const { text, replacements } = smart(given);
        let shrunk = 0;
        let undone = text;
        for (const { position, from, to } of replacements) {
          const at = position + shrunk;
          expect(text.slice(at, at + to.length)).toBe(to);
          shrunk += to.length - from.length;
        }
        for (const { position, from, to } of replacements) {
          undone = undone.slice(0, position) + from + undone.slice(position + to.length);
        }
        expect(undone).toBe(given);
      }),
    );
  });
});

describe('the place of a character that is in the way', () => {
  test.each([
    ['e\u0301e\u0301Д', 4, 'Д'],
    ['\ufeffabД', 3, 'Д'],
    ['e\u0489', 1, '\u0489'],
    ['e\u0301\u0489', 2, '\u0489'],
    ['o\u0302a', 0, 'ô'],
    ['\u1100\u1161a', 0, '가'],
    ['a😀b', 1, '😀'],
  ])('%j: index %i of the text as it was given', (text, at, character) => {
    expect(chooseEncoding(text, 'gsm7')).toEqual({
      ...{ kind: 'refused', reason: 'not_encodable', at, character },
      codePoint: character.codePointAt(0),
    });
  });

  test('a lone surrogate is found behind composed characters, too', () => {
    expect(chooseEncoding('e\u0301o\u0302\ud83dx')).toMatchObject({
      ...{ reason: 'lone_surrogate', at: 4, codePoint: 0xd83d },
    });
    expect(chooseEncoding('\u1100\u1161\u11a8\ud83d')).toMatchObject({ at: 3 });
  });
});

test('many replacements in a text that was not in normal form take one pass, not one each', () => {
  const given = `e\u0301${'…'.repeat(50_000)}`;
  const { replacements } = smart(given);
  expect(replacements).toHaveLength(50_000);
  expect(replacements.at(-1)?.position).toBe(given.length - 1);
});
