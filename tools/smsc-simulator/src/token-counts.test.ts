// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import type { Submission } from './submission.ts';
import { TokenCounts } from './token-counts.ts';

const address = { ton: 1, npi: 1, address: '447700900123' };
const whole: Submission = {
  sequence: 1,
  serviceType: '',
  source: address,
  destination: address,
  esmClass: 0,
  protocolId: 0,
  priority: 0,
  scheduleTime: '',
  validityPeriod: '',
  registeredDelivery: 1,
  replaceIfPresent: 0,
  dataCoding: 0,
  octets: Buffer.from('a text'),
  tlvs: [],
};
const withText = (text: string): Submission => ({ ...whole, octets: Buffer.from(text) });
const part = (number: number, text: string, reference = 7): Submission => ({
  ...whole,
  esmClass: 0x40,
  octets: Buffer.concat([Buffer.from([5, 0, 3, reference, 3, number]), Buffer.from(text)]),
});
const sarPart = (number: number, text: string): Submission => ({
  ...withText(text),
  tlvs: [
    { tag: 0x020c, value: Buffer.from([0, 9]) },
    { tag: 0x020e, value: Buffer.from([2]) },
    { tag: 0x020f, value: Buffer.from([number]) },
  ],
});
const count = (...submissions: readonly Submission[]) => {
  const counts = new TokenCounts('#[a-z0-9-]+');
  for (const submission of submissions) counts.add(submission);
  return [...counts.counts()];
};

test('each submission of a token counts, several tokens of one text too', () => {
  expect(count(withText('#a-1 and #b'), withText('#a-1'), withText('none'))).toEqual([
    { token: '#a-1', count: 2 },
    { token: '#b', count: 1 },
  ]);
});

test('parts without the token count for the message they belong to, whatever their order', () => {
  const all = [part(3, 'end'), part(1, '#long start'), part(2, 'middle')];
  expect(count(...all)).toEqual([
    { token: '#long', count: 1, parts: { 1: 1, 2: 1, 3: 1 }, total: 3 },
  ]);
});

test('a part that came twice makes the count two', () => {
  const all = [part(1, '#long start'), part(2, 'middle'), part(2, 'middle'), part(3, 'end')];
  expect(count(...all)).toEqual([
    { token: '#long', count: 2, parts: { 1: 1, 2: 2, 3: 1 }, total: 3 },
  ]);
});

test('a reference that is used again belongs to the later message', () => {
  const all = [part(1, '#one'), part(2, ''), part(3, ''), part(1, '#two'), part(2, '')];
  expect(count(...all)).toMatchObject([
    { token: '#one', parts: { 1: 1, 2: 1, 3: 1 } },
    { token: '#two', parts: { 1: 1, 2: 1 } },
  ]);
});

test('parts by sar TLVs count as those by UDH do', () => {
  expect(count(sarPart(1, '#sar text'), sarPart(2, 'more'))).toEqual([
    { token: '#sar', count: 1, parts: { 1: 1, 2: 1 }, total: 2 },
  ]);
});

test('a user data header that lies about its length breaks nothing', () => {
  const octets = Buffer.from([200, 0, 3, 1]);
  expect(count({ ...whole, esmClass: 0x40, octets })).toEqual([]);
});
