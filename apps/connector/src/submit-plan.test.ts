// SPDX-FileCopyrightText: The Sendium Authors
// SPDX-License-Identifier: Apache-2.0
import { expect, test } from '@jest/globals';
import { sampleMessage } from '@sendium/backbone';
import type { Message, MessageBody, RequestedEncoding } from '@sendium/message';
import { SegmentReferences } from './segment-references.ts';
import { plainSubmits } from './submitter.fixture.ts';
import { planSubmits, type SubmitSettings, type SubmitTemplate } from './submit-plan.ts';

const text = (content: string, encoding: RequestedEncoding = 'auto', flash = false) =>
  ({ kind: 'text', text: content, encoding, flash }) as const;

function plan(body: MessageBody, settings: Partial<SubmitSettings> = {}, over = {}) {
  const message: Message = sampleMessage({ body, ...over });
  const all: SubmitSettings = { ...plainSubmits, ...settings };
  return planSubmits(message, all, new SegmentReferences());
}

function templates(...given: Parameters<typeof plan>): readonly SubmitTemplate[] {
  const planned = plan(...given);
  if (planned.kind !== 'planned') throw new Error(planned.kind);
  return planned.templates;
}

test('addresses, their types and the wish for a receipt stand in every part', () => {
  const parts = templates(text('x'.repeat(200)));
  expect(parts).toHaveLength(2);
  for (const part of parts) {
    expect(part).toMatchObject({
      ...{ command: 'submit_sm', registeredDelivery: 1, esmClass: 0x40, dataCoding: 0 },
      ...{ sourceAddrTon: 5, sourceAddrNpi: 0, sourceAddr: 'ACME' },
      ...{ destAddrTon: 1, destAddrNpi: 1, destinationAddr: '447700900123' },
    });
  }
  expect(templates(text('x'), {}, { deliveryReport: 'none' })).toMatchObject([
    { registeredDelivery: 0 },
  ]);
});

test.each([
  ['GSM-7', text('Hello'), 0x00, Buffer.from('Hello')],
  ['GSM-7 as flash', text('Hello', 'auto', true), 0x10, Buffer.from('Hello')],
  ['UCS-2', text('Да'), 0x08, Buffer.from('04140430', 'hex')],
  ['UCS-2 as flash', text('Да', 'auto', true), 0x18, Buffer.from('04140430', 'hex')],
  ['UCS-2 on demand', text('A', 'ucs2'), 0x08, Buffer.from('0041', 'hex')],
  ['Latin-1', text('ça', 'latin1'), 0x03, Buffer.from('e761', 'hex')],
])('%s has its data_coding and its octets', (_, body, dataCoding, shortMessage) => {
  expect(templates(body)).toMatchObject([{ dataCoding, shortMessage }]);
});

test('to a carrier with another default alphabet, text goes in that, or says what it is', () => {
  const latin1 = { defaultAlphabet: 'latin1' } as const;
  expect(templates(text('@$'), latin1)).toMatchObject([
    { dataCoding: 0x00, shortMessage: Buffer.from('@$') },
  ]);
  expect(templates(text('€'), latin1)).toMatchObject([
    { dataCoding: 0x08, shortMessage: Buffer.from('20ac', 'hex') },
  ]);
});

test('ports that a client told by TLVs stand in the header of each part, and only there', () => {
  const tlvs = [
    { tag: 0x020a, value: Buffer.from('23f4', 'hex') },
    { tag: 0x020b, value: Buffer.from('23f5', 'hex') },
    { tag: 0x1400, value: Buffer.from('aa', 'hex') },
  ];
  const smpp = { ...sampleMessage().smpp, tlvs } as NonNullable<Message['smpp']>;
  const parts = templates(text('x'.repeat(200)), {}, { smpp });
  expect(parts).toHaveLength(2);
  for (const { shortMessage, esmClass, tlvs } of parts) {
    expect(shortMessage?.subarray(6, 12).toString('hex')).toBe('050423f523f4');
    expect(esmClass).toBe(0x40);
    expect(tlvs?.other?.map(({ tag }) => tag)).toEqual([0x1400]);
  }
});

test('a long message is carried as the connector says', () => {
  const long = text('x'.repeat(161));
  expect(templates(long, { longMessage: 'udh16' })[1]?.shortMessage?.subarray(0, 3)).toEqual(
    Buffer.from([6, 8, 4]),
  );
  const sar = templates(long, { longMessage: 'sar' });
  expect(sar[1]).toMatchObject({ tlvs: { sarTotalSegments: 2, sarSegmentSeqnum: 2 } });
  expect(sar[1]?.esmClass).toBe(0);
  const payload = templates(long, { longMessage: 'payload' });
  expect(payload).toHaveLength(1);
  expect(payload[0]?.tlvs?.messagePayload).toHaveLength(161);
  expect(payload[0]?.shortMessage).toBeUndefined();
});

test('all parts carry one reference, also when they are planned anew', () => {
  const message = sampleMessage({ body: text('x'.repeat(400)) });
  const references = () => {
    const settings = plainSubmits;
    const planned = planSubmits(message, settings, new SegmentReferences());
    if (planned.kind !== 'planned') throw new Error(planned.kind);
    return planned.templates.map(({ shortMessage }) => shortMessage?.[3]);
  };
  const first = references();
  expect(new Set(first).size).toBe(1);
  expect(references()).toEqual(first);
});

test('binary content keeps its header, data_coding and protocol id', () => {
  const body: MessageBody = {
    kind: 'binary',
    data: Uint8Array.of(1, 2),
    udh: Uint8Array.of(2, 0x70, 0),
    dataCoding: 0xf6,
    protocolId: 0x7f,
  };
  expect(templates(body)).toMatchObject([
    {
      ...{ esmClass: 0x40, dataCoding: 0xf6, protocolId: 0x7f },
      shortMessage: Buffer.from([2, 0x70, 0, 1, 2]),
    },
  ]);
});

test('what has more parts than the sender allows, or cannot be encoded, is not for this connector', () => {
  expect(plan(text('x'.repeat(400)), {}, { maxSegments: 2 }).kind).toBe('unfit');
  expect(plan(text('Д', 'gsm7')).kind).toBe('unfit');
  expect(plan(text('\ud800')).kind).toBe('unfit');
});
