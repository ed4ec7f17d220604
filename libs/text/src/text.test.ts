// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gsm7Alphabet, notGsm7 } from './gsm7-alphabet.ts';
import { gsm7Default, gsm7Extension } from './gsm7-tables.ts';
import {
  chooseEncoding,
  countSegments,
  decodeText,
  encodeText,
  planBinarySegments,
  planSegments,
} from './index.ts';
import type { EncodedChoice, LongMessage, Segment, TextEncoding } from './index.ts';
import { splitText } from './split-text.ts';

interface Vector {
  name: string;
  text: string;
  repeat: number;
  encoding: TextEncoding;
  udh8: number;
  udh16: number;
}

const vectors = JSON.parse(
  readFileSync(new URL('../vectors/segments.json', import.meta.url), 'utf8'),
) as Vector[];

function chosen(text: string, requested: TextEncoding | 'auto' = 'auto'): EncodedChoice {
  const choice = chooseEncoding(text, requested);
  if (choice.kind !== 'chosen') throw new Error(choice.reason);
  return choice;
}

function segmentsOf(text: string, encoding: TextEncoding, longMessage: LongMessage): Segment[] {
  const plan = planSegments(text, { encoding, longMessage, reference: 0x1234 });
  if (plan.kind !== 'planned') throw new Error(plan.kind);
  return [...plan.segments];
}

test.each(vectors)('golden: $name', ({ text, repeat, encoding, udh8, udh16 }) => {
  const choice = chosen(text.repeat(repeat));
  expect(choice.encoding).toBe(encoding);
  expect(countSegments(choice, 'udh8')).toBe(udh8);
  expect(countSegments(choice, 'udh16')).toBe(udh16);
  expect(countSegments(choice, 'sar')).toBe(udh8);
});

describe('choosing the encoding', () => {
  test('every character of both GSM tables stands for itself, and only those', () => {
    expect(gsm7Default).toHaveLength(128);
    const characters = Array.from(gsm7Default).filter((_, septet) => septet !== 0x1b);
    const all = [...characters, ...gsm7Extension.values()].join('');
    expect(new Set(all).size).toBe(137);
    expect(decodeText(encodeText(all, 'gsm7'), 'gsm7')).toBe(all);
    expect(gsm7Alphabet.codes.filter((code) => code !== notGsm7)).toHaveLength(137);
  });

  test('GSM-7 octets are those of the specification', () => {
    expect([...encodeText('@£Δ{€}àA', 'gsm7')]).toEqual([
      0x00, 0x01, 0x10, 0x1b, 0x28, 0x1b, 0x65, 0x1b, 0x29, 0x7f, 0x41,
    ]);
  });

  test.each(['`', 'ç', '\t', '\u00a0', '“', '–', 'á', '\u001b', 'Д'])(
    '%j has no place in GSM-7 and makes the text UCS-2, or is refused where GSM-7 was asked for',
    (character) => {
      expect(chosen(`ab${character}`).encoding).toBe('ucs2');
      expect(chooseEncoding(`ab${character}`, 'gsm7')).toEqual({
        ...{ kind: 'refused', reason: 'not_encodable', at: 2 },
        ...{ character, codePoint: character.codePointAt(0) },
      });
    },
  );

  test('a lone surrogate is refused wherever it stands', () => {
    for (const [text, at] of [
      ['\ud83d', 0],
      ['a\ude00', 1],
      ['😀\ud83d!', 2],
    ] as const) {
      expect(chooseEncoding(text)).toMatchObject({
        ...{ kind: 'refused', reason: 'lone_surrogate', at },
        codePoint: text.charCodeAt(at),
      });
      expect(chooseEncoding(text, 'ucs2').kind).toBe('refused');
    }
  });

  test('Latin-1 takes what it can write and refuses the rest', () => {
    expect(chosen('çà', 'latin1')).toMatchObject({ encoding: 'latin1', units: 2 });
    expect(chooseEncoding('€', 'latin1').kind).toBe('refused');
  });

  test('a byte order mark is not sent', () => {
    expect(chosen('\ufeffДа').text).toBe('Да');
    expect(chosen('\ufeffabc').encoding).toBe('gsm7');
  });
});

describe('decoding', () => {
  test('an unknown escape pair is the base character, a lone escape at the end a space', () => {
    expect(decodeText(Uint8Array.of(0x41, 0x1b, 0x42, 0x1b), 'gsm7')).toBe('AB ');
  });

  test('UCS-2 obeys a byte order mark and drops an odd octet', () => {
    expect(decodeText(Uint8Array.of(0xfe, 0xff, 0x04, 0x14), 'ucs2')).toBe('Д');
    expect(decodeText(Uint8Array.of(0xff, 0xfe, 0x14, 0x04), 'ucs2')).toBe('Д');
    expect(decodeText(Uint8Array.of(0x04, 0x14, 0x04), 'ucs2')).toBe('Д');
  });

  test('decoding leaves the given octets as they were', () => {
    const octets = Uint8Array.of(0x04, 0x14);
    decodeText(octets, 'ucs2');
    expect([...octets]).toEqual([0x04, 0x14]);
  });

  test('any octets give some text in every encoding', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (octets) => {
        for (const encoding of ['gsm7', 'ucs2', 'latin1'] as const) decodeText(octets, encoding);
      }),
    );
  });
});

describe('planning segments', () => {
  test('the simulated split finds the part that division would miss', () => {
    const text = `${'a'.repeat(152)}€${'a'.repeat(152)}`;
    expect(countSegments(chosen(text), 'udh8')).toBe(3);
    expect(segmentsOf(text, 'gsm7', 'udh8').map(({ octets }) => octets.length)).toEqual([
      152, 153, 1,
    ]);
  });

  test('the headers are those of 3GPP TS 23.040', () => {
    const headers = (longMessage: LongMessage): (string | undefined)[] =>
      segmentsOf('a'.repeat(161), 'gsm7', longMessage).map(({ carriage }) =>
        carriage.kind === 'udh' ? carriage.udh.toString('hex') : undefined,
      );
    expect(headers('udh8')).toEqual(['050003340201', '050003340202']);
    expect(headers('udh16')).toEqual(['06080412340201', '06080412340202']);
  });

  test('sar parts carry their numbers, and payload carries all at once', () => {
    expect(segmentsOf('a'.repeat(161), 'gsm7', 'sar')[1]?.carriage).toEqual({
      kind: 'sar',
      reference: 0x1234,
      total: 2,
      sequence: 2,
    });
    const [payload, ...others] = segmentsOf('a'.repeat(161), 'gsm7', 'payload');
    expect(others).toEqual([]);
    expect(payload?.carriage.kind).toBe('payload');
    expect(payload?.octets).toHaveLength(161);
  });

  test('what fits into one part has no header, whatever the mechanism', () => {
    for (const longMessage of ['udh8', 'udh16', 'sar', 'payload'] as const) {
      expect(segmentsOf('a'.repeat(160), 'gsm7', longMessage)).toMatchObject([
        { carriage: { kind: 'single' } },
      ]);
    }
  });

  test('more than 255 parts are refused with their number', () => {
    const options = { encoding: 'gsm7', longMessage: 'udh8', reference: 1 } as const;
    expect(planSegments('a'.repeat(255 * 153), options).kind).toBe('planned');
    expect(planSegments('a'.repeat(255 * 153 + 1), options)).toEqual({
      kind: 'too_many_segments',
      segments: 256,
    });
  });

  test('a grapheme larger than a part is cut between code points and fills the room before it', () => {
    const zalgo = `a${'\u{e0100}'.repeat(80)}`;
    const parts = segmentsOf(`ДДД${zalgo}`, 'ucs2', 'udh8');
    expect(parts.map(({ octets }) => octets.length / 2)).toEqual([66, 66, 32]);
  });
});

describe('planning binary segments', () => {
  const plan = (octets: number, udh: number[], longMessage: LongMessage = 'udh8') =>
    planBinarySegments(
      { data: Buffer.alloc(octets, 7), udh: Uint8Array.from(udh) },
      { longMessage, reference: 9 },
    );

  test.each([
    [0x00, 160, 153],
    [0x11, 160, 153],
    [0xc8, 160, 153],
    [0xf1, 160, 153],
    [0xf5, 140, 134],
    [0x04, 140, 134],
    [0x08, 140, 134],
  ])(
    'data_coding %i: %i octets fit into one part, %i into each of several',
    (dataCoding, one, part) => {
      const counted = (octets: number): unknown => {
        const content = { data: Buffer.alloc(octets, 7), udh: Buffer.alloc(0), dataCoding };
        const made = planBinarySegments(content, { longMessage: 'udh8', reference: 9 });
        return made.kind === 'planned'
          ? made.segments.map(({ octets: { length } }) => length)
          : made;
      };
      expect(counted(one)).toEqual([one]);
      expect(counted(one + 1)).toEqual([part, one + 1 - part]);
    },
  );

  test('a part of GSM-7 that comes with its header holds 153 septets, and no pair is cut', () => {
    const udh = Buffer.from([5, 0, 3, 1, 2, 1]);
    const whole = planBinarySegments(
      { data: Buffer.alloc(153, 7), udh, dataCoding: 0 },
      { longMessage: 'udh8', reference: 9 },
    );
    expect(whole).toMatchObject({ kind: 'planned', segments: [{ carriage: { kind: 'udh' } }] });
    const pairs = Buffer.alloc(321, Buffer.from([7, 0x1b, 0x65]));
    const cut = planBinarySegments(
      { data: pairs, udh: Buffer.alloc(0), dataCoding: 0 },
      { longMessage: 'udh8', reference: 9 },
    );
    if (cut.kind !== 'planned') throw new Error(cut.kind);
    expect(cut.segments.map(({ octets }) => octets.at(-1))).not.toContain(0x1b);
    expect(Buffer.concat(cut.segments.map(({ octets }) => octets))).toEqual(pairs);
  });

  test('a part of UCS-2 ends neither inside a unit nor inside a surrogate pair', () => {
    const data = Buffer.from(`${'0061'.repeat(65)}d83ddc4b${'0062'.repeat(70)}`, 'hex');
    for (const dataCoding of [0x08, 0x19, 0xe8]) {
      const lengths = (['udh8', 'udh16'] as const).map((longMessage) => {
        const content = { data, udh: Buffer.alloc(0), dataCoding };
        const cut = planBinarySegments(content, { longMessage, reference: 9 });
        if (cut.kind !== 'planned') throw new Error(cut.kind);
        expect(Buffer.concat(cut.segments.map(({ octets }) => octets))).toEqual(data);
        return cut.segments.map(({ octets }) => octets.length);
      });
      expect(lengths).toEqual([
        [134, 134, 6],
        [130, 132, 12],
      ]);
    }
  });

  test('data that fits keeps the header it came with', () => {
    const port = [4, 0x04, 2, 0x23, 0xf0];
    expect(plan(135, port)).toEqual({
      kind: 'planned',
      segments: [
        { octets: Buffer.alloc(135, 7), carriage: { kind: 'udh', udh: Buffer.from(port) } },
      ],
    });
    expect(plan(140, [])).toMatchObject({ segments: [{ carriage: { kind: 'single' } }] });
  });

  test('longer data without a header is cut at 134 octets', () => {
    const cut = plan(141, []);
    expect(cut.kind === 'planned' && cut.segments.map(({ octets }) => octets.length)).toEqual([
      134, 7,
    ]);
    expect(plan(141, [], 'payload')).toMatchObject({
      segments: [{ carriage: { kind: 'payload' } }],
    });
  });

  test('longer data is cut only if its header may stand in each part', () => {
    const cut = plan(136, [4, 0x04, 2, 0x23, 0xf0]);
    expect(cut).toMatchObject({
      kind: 'planned',
      segments: [
        { carriage: { udh: Buffer.from([9, 0, 3, 9, 2, 1, 0x04, 2, 0x23, 0xf0]) } },
        { carriage: { udh: Buffer.from([9, 0, 3, 9, 2, 2, 0x04, 2, 0x23, 0xf0]) } },
      ],
    });
    expect(plan(136, [4, 0x70, 2, 0x23, 0xf0])).toEqual({ kind: 'not_divisible' });
    expect(plan(136, [4, 0x04, 9, 0x23, 0xf0])).toEqual({ kind: 'not_divisible' });
  });

  test('a header that exceeds a part by itself is not sent', () => {
    const header = (length: number): number[] => [
      length,
      0x70,
      length - 2,
      ...Buffer.alloc(length - 2),
    ];
    expect(plan(0, header(139))).toMatchObject({ kind: 'planned' });
    expect(plan(0, header(140))).toEqual({ kind: 'not_divisible' });
  });

  test.each([100, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 140, 255])(
    'a header of %i octets of elements that repeat either leaves room in each part, or is not repeated',
    (octets) => {
      const ports = [0x04, 2, 0x23, 0xf0];
      const filler = [[], [0x24, 1, 1, 0x04, 0], [0x04, 0], [0x24, 1, 1]][octets % 4] ?? [];
      const repeats = (octets - filler.length) / ports.length;
      const elements = [...filler, ...Array<number[]>(repeats).fill(ports).flat()];
      const data = Buffer.alloc(200, Buffer.from([0x1b, 0xd8]));
      const udh = Buffer.from([octets, ...elements]);
      const cutAs = (longMessage: LongMessage, dataCoding: number): Buffer | undefined => {
        const cut = planBinarySegments({ data, udh, dataCoding }, { longMessage, reference: 9 });
        if (cut.kind === 'not_divisible') return undefined;
        if (cut.kind !== 'planned') throw new Error(cut.kind);
        return Buffer.concat(cut.segments.map((part) => part.octets));
      };
      for (const longMessage of ['udh8', 'udh16', 'sar', 'payload'] as const) {
        const joined = [0x00, 0x04, 0x08].map((dataCoding) => cutAs(longMessage, dataCoding));
        if (octets < 128) expect(joined).toEqual([data, data, data]);
        if (octets > 130) expect(joined).toEqual([undefined, undefined, undefined]);
      }
    },
  );
});

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.string({
    unit: fc.constantFrom(...Array.from(gsm7Default.replace('\u001b', '€')), '{', '\r', '\n'),
  }),
  fc.string({
    unit: fc.constantFrom('👨‍👩‍👧‍👦', '🇫🇷', '\u0301', 'e', 'Д', '\r', '\n', '각', '\u200d', '☎', '҃'),
    maxLength: 300,
  }),
);

describe('whatever the text', () => {
  test('its parts in order are the text, each within its capacity, none cut inside a grapheme', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('udh8', 'udh16', 'sar'), (given, longMessage) => {
        const choice = chosen(given);
        const { text, encoding } = choice;
        const parts = segmentsOf(text, encoding, longMessage);
        const texts = parts.map(({ octets }) => decodeText(octets, encoding));
        // A part must not begin with what a decoder would take for a byte order mark.
        fc.pre(!text.includes('\ufeff'));
        expect(texts.join('')).toBe(text);
        const most = { gsm7: 160, ucs2: 140, latin1: 140 }[encoding];
        for (const { octets, carriage } of parts) {
          const header = carriage.kind === 'udh' ? carriage.udh.length : 0;
          const room = encoding === 'gsm7' ? Math.ceil((header * 8) / 7) : header;
          expect(octets.length + room).toBeLessThanOrEqual(most);
        }
        expect(countSegments(choice, longMessage)).toBe(parts.length);
      }),
      { numRuns: 300 },
    );
  });

  test('no cut falls inside a grapheme that fits, and each part is as full as that allows', () => {
    const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 70 }), (given, capacity) => {
        const { text } = chosen(given, 'ucs2');
        const ends = new Set(splitText(text, 'ucs2', capacity));
        const expected = new Set<number>();
        let units = 0;
        let at = 0;
        for (const { segment } of segmenter.segment(text)) {
          for (const atom of segment.length <= capacity ? [segment] : Array.from(segment)) {
            if (units + atom.length > capacity) {
              expected.add(at);
              units = 0;
            }
            units += atom.length;
            at += atom.length;
          }
        }
        expected.add(text.length);
        expect(ends).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('encoding and decoding give the text back', () => {
    fc.assert(
      fc.property(anyText, (given) => {
        const { text, encoding } = chosen(given);
        fc.pre(!text.startsWith('\ufeff'));
        expect(decodeText(encodeText(text, encoding), encoding)).toBe(text);
      }),
    );
  });
});
