// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodePdu } from './encode-pdu.ts';
import { PduFramer } from './pdu-framer.ts';

function drain(framer: PduFramer): Buffer[] {
  const frames: Buffer[] = [];
  for (let frame = framer.next(); frame !== undefined; frame = framer.next()) frames.push(frame);
  return frames;
}

const pdus = [
  encodePdu({ command: 'enquire_link', sequenceNumber: 1 }),
  encodePdu({ command: 'submit_sm', sequenceNumber: 2, shortMessage: Buffer.alloc(140, 1) }),
  encodePdu({ command: 'data_sm', tlvs: { messagePayload: Buffer.alloc(3_000, 2) } }),
  encodePdu({ command: 'unbind', sequenceNumber: 3 }),
];
const stream = Buffer.concat(pdus);

test('one octet at a time gives the same PDUs as all at once', () => {
  const framer = new PduFramer(65_536);
  const frames: Buffer[] = [];
  for (const octet of stream) {
    framer.push(Buffer.from([octet]));
    frames.push(...drain(framer));
  }
  expect(frames).toEqual(pdus);
  expect(framer.isEmpty).toBe(true);
  framer.push(stream);
  expect(drain(framer)).toEqual(pdus);
});

test('any way to cut the stream into chunks gives the same PDUs, taken early or late', () => {
  const cuts = fc.array(fc.nat({ max: stream.length }), { maxLength: 12 });
  fc.assert(
    fc.property(cuts, fc.array(fc.boolean()), (at, early) => {
      const framer = new PduFramer(65_536);
      const frames: Buffer[] = [];
      const points = [0, ...at, stream.length].sort((a, b) => a - b);
      points.slice(1).forEach((to, index) => {
        framer.push(stream.subarray(points[index], to));
        if (early[index] === true) frames.push(...drain(framer));
      });
      frames.push(...drain(framer));
      expect(frames).toEqual(pdus);
    }),
    { numRuns: 500 },
  );
});

test('a PDU that lies within a chunk is a view of it', () => {
  const framer = new PduFramer(65_536);
  framer.push(stream);
  expect(framer.next()?.buffer).toBe(stream.buffer);
});

test.each([
  ['0', '00000000'],
  ['15', '0000000f'],
  ['one above the limit', '00000101'],
  ['an HTTP request', Buffer.from('GET ').toString('hex')],
])('a length of %s ends the stream at once, and nothing after it is looked at', (_, hex) => {
  for (const step of [1, 4]) {
    const framer = new PduFramer(256);
    framer.push(pdus[0]!);
    expect(framer.next()).toEqual(pdus[0]);
    const bytes = Buffer.from(hex, 'hex');
    for (let at = 0; at < 4; at += step) {
      framer.push(bytes.subarray(at, at + step));
      expect(framer.next()).toBeUndefined();
    }
    expect(framer.corruptLength).toBe(bytes.readUInt32BE(0));
    framer.push(stream);
    expect(framer.next()).toBeUndefined();
    expect(framer.isEmpty).toBe(true);
  }
});

test('the limit itself is taken, and may be raised between PDUs', () => {
  const framer = new PduFramer(16);
  framer.push(stream);
  expect(framer.next()).toEqual(pdus[0]);
  framer.maxPduLength = 65_536;
  expect(drain(framer)).toEqual(pdus.slice(1));
});

test('a header that claims much is given no room before the octets come', () => {
  const framer = new PduFramer(0xffff_ffff);
  framer.push(Buffer.from('fffffff0', 'hex'));
  expect(framer.next()).toBeUndefined();
  for (let i = 0; i < 10; i++) {
    framer.push(Buffer.alloc(100));
    expect(framer.next()).toBeUndefined();
  }
  expect(framer.corruptLength).toBeUndefined();
});
