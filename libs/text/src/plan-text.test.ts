// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from '@jest/globals';
import { partCapacity, singleCapacity } from './capacity.ts';
import { describeParts, planText, portsElement } from './index.ts';
import type { PlannedText, TextOptions } from './index.ts';

function planned(text: string, options: TextOptions = {}): PlannedText {
  const plan = planText(text, options);
  if (plan.kind !== 'planned') throw new Error(plan.kind);
  return plan;
}

/** data_coding, then the octets of each part in hex. */
function wire(text: string, options: TextOptions = {}): readonly [number, ...string[]] {
  const { dataCoding, segments } = planned(text, options);
  return [dataCoding, ...segments.map(({ octets }) => octets.toString('hex'))];
}

describe('capacity', () => {
  // Octets of the elements besides concatenation; single, udh8, udh16 for GSM-7, 8-bit, UCS-2.
  test.each([
    [0, [160, 153, 152], [140, 134, 133], [70, 67, 66]],
    [3, [155, 149, 148], [136, 131, 130], [68, 65, 65]],
    [6, [152, 146, 145], [133, 128, 127], [66, 64, 63]],
  ])('with elements of %i octets', (octets, ...expected) => {
    for (const [index, encoding] of (['gsm7', 'binary', 'ucs2'] as const).entries()) {
      const [single, udh8, udh16] = expected[index]!;
      expect(singleCapacity(encoding, octets)).toBe(single);
      expect(partCapacity(encoding, 'udh8', octets)).toBe(udh8);
      expect(partCapacity(encoding, 'udh16', octets)).toBe(udh16);
    }
  });
});

describe('the default alphabet of a carrier', () => {
  test.each<[string, TextOptions, readonly [number, ...string[]]]>([
    ['@$', {}, [0x00, '0002']],
    ['@$', { defaultAlphabet: 'gsm7_packed' }, [0x00, '0001']],
    ['@$', { defaultAlphabet: 'latin1' }, [0x00, '4024']],
    ['@$', { defaultAlphabet: 'ascii' }, [0x00, '4024']],
    ['@$', { defaultAlphabet: 'utf8' }, [0x00, '4024']],
    ['é', { defaultAlphabet: 'latin1' }, [0x00, 'e9']],
    ['é', { defaultAlphabet: 'utf8' }, [0x00, 'c3a9']],
    ['é', { defaultAlphabet: 'ascii' }, [0x03, 'e9']],
    ['€', { defaultAlphabet: 'utf8' }, [0x00, 'e282ac']],
    ['€', { defaultAlphabet: 'latin1' }, [0x08, '20ac']],
    ['€', { defaultAlphabet: 'ascii' }, [0x08, '20ac']],
    ['Д', { defaultAlphabet: 'utf8' }, [0x08, '0414']],
    ['ç', { defaultAlphabet: 'latin1' }, [0x08, '00e7']],
    ['ç', { defaultAlphabet: 'latin1', encoding: 'latin1' }, [0x03, 'e7']],
    ['a', { encoding: 'ucs2' }, [0x08, '0061']],
  ])('%j with %j', (text, options, expected) => {
    expect(wire(text, options)).toEqual(expected);
  });

  test.each<[string, TextOptions, readonly [number, ...string[]]]>([
    ['A@', {}, [0x10, '4100']],
    ['Д', {}, [0x18, '0414']],
    ['A!', { defaultAlphabet: 'gsm7_packed' }, [0x10, 'c110']],
    ['A!', { defaultAlphabet: 'latin1' }, [0x10, '4121']],
    ['A@', { defaultAlphabet: 'latin1' }, [0x18, '00410040']],
    ['é', { defaultAlphabet: 'utf8' }, [0x18, '00e9']],
    ['é', { encoding: 'latin1' }, [0x03, 'e9']],
  ])('flash: %j with %j', (text, options, expected) => {
    expect(wire(text, { ...options, isFlash: true })).toEqual(expected);
  });

  test('a part holds as much as in GSM-7, which the carrier writes on the air', () => {
    for (const defaultAlphabet of ['gsm7', 'gsm7_packed', 'latin1', 'ascii', 'utf8'] as const) {
      const { segments } = planned('x'.repeat(307), { defaultAlphabet });
      expect(segments.map(({ units }) => units)).toEqual([153, 153, 1]);
    }
    expect(planned('|'.repeat(80), { defaultAlphabet: 'ascii' }).segments).toHaveLength(1);
    expect(planned('|'.repeat(81), { defaultAlphabet: 'ascii' }).segments).toHaveLength(2);
  });

  test('UTF-8 gives way where a part would need more than 254 octets of short_message', () => {
    expect(planned('é'.repeat(127), { defaultAlphabet: 'utf8' })).toMatchObject({
      ...{ encoding: 'gsm7', charset: 'utf8', dataCoding: 0 },
    });
    expect(planned('é'.repeat(128), { defaultAlphabet: 'utf8' })).toMatchObject({
      ...{ encoding: 'latin1', dataCoding: 3, units: 128 },
    });
    expect(planned('Δ'.repeat(160), { defaultAlphabet: 'utf8' })).toMatchObject({
      ...{ encoding: 'ucs2', dataCoding: 8, units: 160 },
    });
    // 253 octets of a part alone would do, but the header comes on top.
    const long = `${'é'.repeat(100)}${'a'.repeat(53)}`.repeat(2);
    expect(planned(long, { defaultAlphabet: 'utf8' })).toMatchObject({ encoding: 'latin1' });
    expect(planned(long, { defaultAlphabet: 'utf8', longMessage: 'sar' })).toMatchObject({
      charset: 'utf8',
    });
    const payload = { defaultAlphabet: 'utf8', longMessage: 'payload' } as const;
    expect(planned('é'.repeat(200), payload)).toMatchObject({ charset: 'utf8' });
  });

  test('packed septets begin behind the fill bits of each header', () => {
    const { segments } = planned('x'.repeat(161), { defaultAlphabet: 'gsm7_packed' });
    expect(segments.map(({ octets }) => octets.length)).toEqual([134, 8]);
    expect(segments[1]?.octets[0]).toBe((0x78 << 1) & 0xff);
  });
});

describe('ports', () => {
  const elements = [portsElement({ bits: 16, destination: 0x23f0, source: 0 })];

  test('stand in the header of each part and take their room', () => {
    const options = { elements, reference: 7 };
    expect(planned('x'.repeat(152), options).segments).toMatchObject([
      { carriage: { kind: 'udh', udh: Buffer.from('06050423f00000', 'hex') } },
    ]);
    const { segments } = planned('x'.repeat(153), options);
    expect(segments.map(({ units }) => units)).toEqual([146, 7]);
    expect(segments[1]?.carriage).toEqual({
      ...{ kind: 'udh', udh: Buffer.from('0b0003070202050423f00000', 'hex') },
    });
    expect(planned('Д'.repeat(67), options).segments.map(({ units }) => units)).toEqual([64, 3]);
  });
});

describe('what is refused', () => {
  test('more parts than allowed, with their number', () => {
    expect(planText('x'.repeat(307), { maxSegments: 2 })).toEqual({
      ...{ kind: 'too_many_segments', segments: 3 },
    });
    expect(planned('x'.repeat(307), { maxSegments: 3 }).segments).toHaveLength(3);
    expect(planText('x'.repeat(153 * 255 + 1), { maxSegments: 1000 })).toMatchObject({
      segments: 256,
    });
    expect(planText('x'.repeat(307), { maxSegments: 2, longMessage: 'sar' }).kind).toBe(
      'too_many_segments',
    );
  });

  test('what the encoding asked for lacks: it is never exchanged', () => {
    expect(planText('aД', { encoding: 'gsm7' })).toMatchObject({ kind: 'refused', at: 1 });
    expect(planText('a€', { encoding: 'latin1' })).toMatchObject({ character: '€', at: 1 });
    expect(planText('\udc00')).toMatchObject({ reason: 'lone_surrogate' });
  });
});

test('a preview shows the parts and what was replaced', () => {
  const text = `${'a'.repeat(160)}…`;
  expect(describeParts(planned(text, { isSmart: true }))).toEqual({
    ...{ encoding: 'gsm7', units: 163 },
    replacements: [{ position: 160, from: '…', to: '...' }],
    parts: [
      { text: 'a'.repeat(153), units: 153 },
      { text: `${'a'.repeat(7)}...`, units: 10 },
    ],
  });
  expect(describeParts(planned('Да😀'))).toEqual({
    ...{ encoding: 'ucs2', units: 4, replacements: [] },
    parts: [{ text: 'Да😀', units: 4 }],
  });
});
