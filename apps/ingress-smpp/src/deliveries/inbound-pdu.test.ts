// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0

import { expect, test } from '@jest/globals';
import type { InboundMessage } from '@sendium/contracts';
import { inboundPdu, inboundPdus, type Alphabets } from './inbound-pdu.ts';
import { sampleInbound } from './sample-inbound.fixture.ts';

const alike: Alphabets = {
  carrier: { defaultAlphabet: 'gsm7', ucs2ByteOrder: 'big' },
  application: 'gsm7',
};
const hex = (octets: Uint8Array | undefined): string => Buffer.from(octets ?? []).toString('hex');
const octets = (text: string): Buffer => Buffer.from(text, 'hex');

test('an SMS goes on as the carrier gave it', () => {
  const part = sampleInbound({
    from: { ton: 2, npi: 8, value: '0700900123' },
    to: { ton: 3, npi: 9, value: '12345' },
    ...{ esmClass: 0x43, protocolId: 0x41, dataCoding: 4, octets: octets('0605040b8423f0ff00') },
    tlvs: [
      { tag: 0x020c, value: octets('0102') },
      { tag: 0x1401, value: octets('c0ffee') },
    ],
  });
  expect(inboundPdu(part, alike)).toEqual({
    command: 'deliver_sm',
    ...{ sourceAddrTon: 2, sourceAddrNpi: 8, sourceAddr: '0700900123' },
    ...{ destAddrTon: 3, destAddrNpi: 9, destinationAddr: '12345' },
    ...{ esmClass: 0x43, protocolId: 0x41, dataCoding: 4 },
    shortMessage: octets('0605040b8423f0ff00'),
    tlvs: {
      other: [
        { tag: 0x020c, value: octets('0102') },
        { tag: 0x1401, value: octets('c0ffee') },
      ],
    },
  });
});

test('what a carrier marks wrongly as a receipt goes on as a message, its header kept', () => {
  expect(inboundPdu(sampleInbound({ esmClass: 0x44 }), alike).esmClass).toBe(0x40);
  expect(inboundPdu(sampleInbound({ esmClass: 0x20 }), alike).esmClass).toBe(0x00);
});

test('what is longer than short_message goes on in message_payload', () => {
  const long = Buffer.alloc(255, 0x41);
  const pdu = inboundPdu(sampleInbound({ octets: long }), alike);
  expect(pdu.shortMessage).toBeUndefined();
  expect(pdu.tlvs?.messagePayload).toEqual(long);
  expect(inboundPdu(sampleInbound({ octets: long.subarray(1) }), alike).shortMessage).toHaveLength(
    254,
  );
});

type Case = readonly [
  what: string,
  carrier: Partial<Alphabets['carrier']>,
  application: Alphabets['application'],
  given: readonly [dataCoding: number, octets: string, esmClass?: number],
  expected: readonly [dataCoding: number, octets: string],
];

test.each<Case>([
  ['GSM-7 to GSM-7 stays', {}, 'gsm7', [0, '1b65'], [0, '1b65']],
  ['GSM-7 to Latin-1', {}, 'latin1', [0, '007b'], [0, '40e4']],
  ['GSM-7 that Latin-1 lacks becomes UCS-2', {}, 'latin1', [0, '1b65'], [8, '20ac']],
  ['Latin-1 to GSM-7', { defaultAlphabet: 'latin1' }, 'gsm7', [0, '40e4'], [0, '007b']],
  ['Latin-1 that GSM-7 lacks', { defaultAlphabet: 'latin1' }, 'gsm7', [0, 'fe'], [8, '00fe']],
  [
    'packed septets are unpacked',
    { defaultAlphabet: 'gsm7_packed' },
    'gsm7',
    [0, 'c834'],
    [0, '4869'],
  ],
  ['UTF-8 to Latin-1', { defaultAlphabet: 'utf8' }, 'latin1', [0, 'c3a4'], [0, 'e4']],
  ['ASCII to UTF-8', { defaultAlphabet: 'ascii' }, 'utf8', [0, '4869'], [0, '4869']],
  [
    'the header stays before the text',
    { defaultAlphabet: 'latin1' },
    'gsm7',
    [0, '0500030702014040', 0x40],
    [0, '0500030702010000'],
  ],
  [
    'with tables of a language the text is read by them',
    {},
    'utf8',
    [0, '032401011b63', 0x40],
    [0, 'c3a7'],
  ],
  ['another data_coding stays', { defaultAlphabet: 'latin1' }, 'gsm7', [3, 'e4'], [3, 'e4']],
  ['UCS-2 stays', {}, 'latin1', [8, '20ac'], [8, '20ac']],
  [
    'UCS-2 of little endian carriers is turned',
    { ucs2ByteOrder: 'little' },
    'gsm7',
    [8, 'ac20'],
    [8, '20ac'],
  ],
  [
    'flash text is unpacked too',
    { defaultAlphabet: 'gsm7_packed' },
    'gsm7',
    [0x10, 'c834'],
    [0x10, '4869'],
  ],
  ['binary stays', { defaultAlphabet: 'latin1' }, 'gsm7', [4, 'e4'], [4, 'e4']],
])('%s', (_, carrier, application, [dataCoding, given, esmClass = 0], [wantedCoding, wanted]) => {
  const over: Partial<InboundMessage> = { dataCoding, esmClass, octets: octets(given) };
  const pdu = inboundPdu(sampleInbound(over), {
    carrier: { ...alike.carrier, ...carrier },
    application,
  });
  expect([pdu.dataCoding, hex(pdu.shortMessage)]).toEqual([wantedCoding, wanted]);
});

test('for a client without TLVs what is longer than short_message is cut, with the same reference each time', () => {
  const id = '01a20325a41772e4a94795c9ed37d488';
  const text = 'a'.repeat(152) + '\x1be' + 'b'.repeat(200);
  const long = sampleInbound({ id, octets: Buffer.from(text, 'latin1'), esmClass: 0x80 });
  const pdus = inboundPdus(long, alike, false);
  expect(pdus.map(({ esmClass, tlvs }) => [esmClass, tlvs])).toEqual(
    Array.from({ length: 3 }, () => [0xc0, {}]),
  );
  const bodies = pdus.map(({ shortMessage }) => Buffer.from(shortMessage ?? []));
  expect(bodies.map((body) => hex(body.subarray(0, 6)))).toEqual([
    '050003880301',
    '050003880302',
    '050003880303',
  ]);
  // An escape and what it escapes stay together.
  expect(bodies.map(({ length }) => length - 6)).toEqual([152, 153, 49]);
  expect(Buffer.concat(bodies.map((body) => body.subarray(6))).toString('latin1')).toBe(text);
  expect(inboundPdus(long, alike, false)).toEqual(pdus);
});

test('UCS-2 is cut between units, and what has a header of its own is not cut', () => {
  const long = sampleInbound({ octets: Buffer.alloc(400, '0416', 'hex'), dataCoding: 8 });
  const lengths = inboundPdus(long, alike, false).map(({ shortMessage }) => shortMessage?.length);
  expect(lengths).toEqual([140, 140, 138]);
  const parts = sampleInbound({ octets: octets('0605040b8423f0').fill(0), esmClass: 0x40 });
  const withHeader = { ...parts, octets: Buffer.concat([parts.octets, Buffer.alloc(300)]) };
  expect(inboundPdus(withHeader, alike, false)).toEqual([inboundPdu(withHeader, alike)]);
  expect(inboundPdus(long, alike, true)).toEqual([inboundPdu(long, alike)]);
});
