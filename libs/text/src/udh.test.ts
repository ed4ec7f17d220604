// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildUdh, parseUdh, partOfElements, partOfSar, portsElement, portsOf } from './index.ts';
import type { InformationElement, PartNumber, Ports } from './index.ts';

function elementsOf(hex: string): readonly InformationElement[] {
  const header = parseUdh(Buffer.from(hex, 'hex'));
  if (header.kind !== 'parsed') throw new Error(header.reason);
  return header.elements;
}

describe('the user data header', () => {
  test('is read element by element, and the text behind it is left alone', () => {
    expect(parseUdh(Buffer.from('0b050423f0000000031702016869', 'hex'))).toMatchObject({
      ...{ kind: 'parsed', length: 12 },
      elements: [
        { id: 0x05, data: Buffer.from('23f00000', 'hex') },
        { id: 0x00, data: Buffer.from('170201', 'hex') },
      ],
    });
    expect(parseUdh(Buffer.of(0, 0x41))).toEqual({ kind: 'parsed', elements: [], length: 1 });
  });

  test.each([
    ['', 'header_overrun', 0],
    ['05000317', 'header_overrun', 0],
    ['0500041702016869', 'element_overrun', 1],
    ['0400021702' + '68', 'parsed', undefined],
    ['0600031702' + '0168', 'element_overrun', 6],
  ])('%s is told apart as %s', (hex, expected, at) => {
    const header = parseUdh(Buffer.from(hex, 'hex'));
    expect(header.kind === 'parsed' ? header.kind : header.reason).toBe(expected);
    expect(header.kind === 'parsed' ? undefined : header.at).toBe(at);
  });

  test('never throws, and what it reads is within the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
        const header = parseUdh(octets);
        if (header.kind !== 'parsed') return;
        expect(header.length).toBeLessThanOrEqual(octets.length);
        if (header.elements.length > 0) {
          const given = Buffer.from(octets.subarray(0, header.length));
          expect(buildUdh(header.elements)).toEqual(given);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('is built only where it can tell its length', () => {
    expect(buildUdh([])).toHaveLength(0);
    expect(() => buildUdh([{ id: 0x70, data: Buffer.alloc(254) }])).toThrow(RangeError);
  });
});

describe('the number of a part', () => {
  test.each<[string, PartNumber | undefined]>([
    ['0500031702' + '01', { reference: 0x17, referenceBits: 8, total: 2, number: 1 }],
    ['0608041234ff' + 'ff', { reference: 0x1234, referenceBits: 16, total: 255, number: 255 }],
    ['050003170101', { reference: 0x17, referenceBits: 8, total: 1, number: 1 }],
    ['050003170200', undefined],
    ['050003170203', undefined],
    ['050003170000', undefined],
    ['040002' + '1702', undefined],
    ['04050123' + 'f0', undefined],
    [
      '0b0003170201' + '080412340302',
      { reference: 0x1234, referenceBits: 16, total: 3, number: 2 },
    ],
    ['0b0003170201' + '080412340300', { reference: 0x17, referenceBits: 8, total: 2, number: 1 }],
  ])('%s', (hex, expected) => {
    const header = parseUdh(Buffer.from(hex, 'hex'));
    expect(header.kind === 'parsed' ? partOfElements(header.elements) : undefined).toEqual(
      expected,
    );
  });

  test('comes from SAR values where all three are there and make sense', () => {
    const sar = { reference: 0x1234, total: 3, sequence: 3 };
    expect(partOfSar(sar)).toEqual({
      ...{ reference: 0x1234, referenceBits: 16, total: 3, number: 3 },
    });
    for (const wrong of [
      ...[{ total: 0 }, { sequence: 0 }, { sequence: 4 }],
      ...[{ reference: undefined }, { total: undefined }, { sequence: undefined }],
    ]) {
      expect(partOfSar({ ...sar, ...wrong })).toBeUndefined();
    }
  });
});

describe('ports', () => {
  test.each<[Ports, string]>([
    [{ bits: 16, destination: 0x23f0, source: 1 }, '06050423f00001'],
    [{ bits: 8, destination: 0xf5, source: 2 }, '040402f502'],
  ])('%j', (ports, hex) => {
    expect(buildUdh([portsElement(ports)]).toString('hex')).toBe(hex);
    expect(portsOf(elementsOf(hex))).toEqual(ports);
  });

  test('are none where no element addresses them, and those of the last where several do', () => {
    expect(portsOf(elementsOf('050003170201'))).toBeUndefined();
    expect(portsOf(elementsOf('0a0402f502050423f00001'))?.bits).toBe(16);
    expect(() => portsElement({ bits: 8, destination: 256, source: 0 })).toThrow(/out of range/);
  });
});
